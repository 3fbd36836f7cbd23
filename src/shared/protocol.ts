import { z } from 'zod'
import { DEFAULT_PROJECT } from './defaults.ts'

/**
 * Everything that crosses the wire. The server validates with these schemas; the types are derived
 * from them. Socket frames are snake_case; a message, a session and all of REST is camelCase.
 */

export { DEFAULT_PROJECT }
export const PROTOCOL_VERSION = 1

/** Ids made by clients: UUIDs in practice; letters, digits, `-` and `_` so that they are safe as a folder's name. */
const Id = z.string().regex(/^[\w-]{1,64}$/)

// ---- Problems: RFC 9457, over REST and in frames ------------------------------------------------

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** A sentence for the person. Never a path, never a stack. */
  detail: z.string(),
  /** Stable, for programs: `invalid_message`, `attachment_refused`, `not_saved`, ... */
  code: z.string(),
  requestId: z.string().optional(),
  /** The file that was refused, when it is about one. */
  filename: z.string().optional(),
})
export type Problem = z.infer<typeof Problem>

// ---- What is stored and shown -----------------------------------------------------------------

export const Attachment = z.object({
  id: Id,
  messageId: Id,
  createdAt: z.iso.datetime(),
  filename: z.string(),
  mimeType: z.string(),
  /** Bytes. */
  size: z.int(),
  /** Hex. */
  sha256: z.string(),
  /** Pixels; images only. */
  width: z.int().nullable(),
  height: z.int().nullable(),
  /** PDFs whose pages were counted. */
  pages: z.int().nullable(),
  url: z.string(),
})
export type Attachment = z.infer<typeof Attachment>

export const Message = z.object({
  id: Id,
  /** The sender's `message_id` or idempotency key; null for the agent's messages. */
  clientMessageId: z.string().nullable(),
  /** The message that an agent's message answers. */
  replyTo: Id.nullable(),
  sessionId: Id,
  role: z.enum(['user', 'assistant']),
  /** Position in the session, from 1, without gaps: the person's when accepted, the agent's when its turn starts. */
  sequence: z.int(),
  status: z.enum(['accepted', 'running', 'complete', 'failed', 'cancelled']),
  text: z.string(),
  createdAt: z.iso.datetime(),
  attachments: z.array(Attachment),
  /** Why the agent's message failed; null otherwise. */
  problem: Problem.nullable(),
  // The first attachment, or null.
  attachmentUrl: z.string().nullable(),
  attachmentType: z.string().nullable(),
  attachmentName: z.string().nullable(),
})
export type Message = z.infer<typeof Message>

export const Session = z.object({
  id: Id,
  projectId: z.string(),
  title: z.string(),
  createdAt: z.iso.datetime(),
  /** When its newest message was stored. */
  updatedAt: z.iso.datetime(),
  /** A turn is running now. */
  running: z.boolean(),
  /** Images and PDF pages that its conversation holds. */
  mediaCount: z.int(),
})
export type Session = z.infer<typeof Session>

// ---- Client to server ---------------------------------------------------------------------------

export const ImageBlock = z.object({
  type: z.literal('image'),
  source: z.object({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
})
export type ImageBlock = z.infer<typeof ImageBlock>

export const DocumentBlock = z.object({
  type: z.literal('document'),
  title: z.string().optional(),
  source: z.discriminatedUnion('type', [
    z.object({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
    /** The text itself, not base64. */
    z.object({ type: z.literal('text'), media_type: z.string(), data: z.string() }),
  ]),
})
export type DocumentBlock = z.infer<typeof DocumentBlock>

/** The name of one block and, by its place in the list, the order in which the person attached it. */
export const MediaReference = z.object({
  kind: z.enum(['image', 'document']),
  /** Into `images` or `documents`. */
  index: z.int().nonnegative(),
  id: z.string(),
  name: z.string(),
})
export type MediaReference = z.infer<typeof MediaReference>

export const SendMessage = z.object({
  type: z.literal('send_message'),
  /** Made by the client; the idempotency key. The server makes one where there is none. */
  message_id: Id.optional(),
  /** An unknown one creates the session; without one the server makes it. */
  session_id: Id.optional(),
  project_id: z.string().min(1).max(200).optional(),
  /** The title of the session, if this message creates it. */
  session_title: z.string().optional(),
  text: z.string(),
  images: z.array(ImageBlock).default([]),
  documents: z.array(DocumentBlock).default([]),
  media: z.array(MediaReference).default([]),
})
export type SendMessage = z.infer<typeof SendMessage>

export const Subscribe = z.object({
  type: z.literal('subscribe'),
  session_id: Id,
  /** Events after this one are sent; without it, those from now on. */
  after_event_id: z.int().nonnegative().optional(),
})

export const Stop = z.object({ type: z.literal('stop'), session_id: Id })
export const Ping = z.object({ type: z.literal('ping') })

export const ClientFrame = z.discriminatedUnion('type', [SendMessage, Subscribe, Stop, Ping])
export type ClientFrame = z.infer<typeof ClientFrame>

// ---- Server to client ---------------------------------------------------------------------------

export const Hello = z.object({
  type: z.literal('hello'),
  protocol: z.int(),
  /** Whether a frame of JSON may travel as binary. */
  binary_frames: z.boolean(),
  limits: z.record(z.string(), z.number()),
})

export const MessageAccepted = z.object({
  type: z.literal('message_accepted'),
  message_id: Id,
  session_id: Id,
  /** True when the same id had been accepted before. */
  replayed: z.boolean(),
  message: Message,
})
export type MessageAccepted = z.infer<typeof MessageAccepted>

export const ErrorFrame = z.object({
  type: z.literal('error'),
  message_id: z.string().optional(),
  session_id: z.string().optional(),
  problem: Problem,
})

/** What every event of a session carries: a number that only grows, to come back to. */
const event = { event_id: z.int(), session_id: Id }

export const SessionEvent = z.discriminatedUnion('type', [
  /** The person's message was stored: other tabs show it too. */
  z.object({ type: z.literal('message_added'), ...event, message: Message }),
  /** `message` is the agent's, still empty. */
  z.object({ type: z.literal('turn_started'), ...event, message: Message }),
  z.object({ type: z.literal('text_delta'), ...event, message_id: Id, delta: z.string() }),
  /** Ends the agent's message, whatever its status. */
  z.object({ type: z.literal('message_completed'), ...event, message: Message }),
  z.object({ type: z.literal('turn_failed'), ...event, problem: Problem }),
  z.object({ type: z.literal('session_updated'), ...event, session: Session }),
  z.object({ type: z.literal('session_deleted'), ...event }),
])
export type SessionEvent = z.infer<typeof SessionEvent>

export const ResyncRequired = z.object({ type: z.literal('resync_required'), session_id: Id })
export const Pong = z.object({ type: z.literal('pong') })
/** How much of a large frame has arrived, while it does: the sender's own buffers say only what has left. */
export const Receiving = z.object({ type: z.literal('receiving'), /** Since the frame began. */ bytes: z.int() })

export const ServerFrame = z.union([Hello, MessageAccepted, ErrorFrame, SessionEvent, ResyncRequired, Pong, Receiving])
export type ServerFrame = z.infer<typeof ServerFrame>

// ---- REST ---------------------------------------------------------------------------------------

export const CreateSession = z.object({
  id: Id.optional(),
  projectId: z.string().min(1).max(200).default(DEFAULT_PROJECT),
  title: z.string().optional(),
})
export type CreateSession = z.input<typeof CreateSession>

export const UpdateSession = z.object({ title: z.string() })

export const SessionsPage = z.object({ sessions: z.array(Session), nextCursor: z.string().nullable() })
export type SessionsPage = z.infer<typeof SessionsPage>

export const MessagesPage = z.object({
  /** Ascending by sequence. */
  messages: z.array(Message),
  hasMore: z.boolean(),
  /** Subscribe after this one, and no event falls between. */
  lastEventId: z.int(),
})
export type MessagesPage = z.infer<typeof MessagesPage>
