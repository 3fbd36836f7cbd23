import { z } from 'zod'
import { LIMITS } from '../attachments.ts'
import { AgentChoice } from './agent.ts'
import { DocumentBlock, ImageBlock, MediaReference, WorkspaceFile } from './blocks.ts'
import { Id } from './id.ts'
import { Message } from './message.ts'
import { Part, PartAnswer } from './parts.ts'
import { Problem } from './problem.ts'
import { Session, SessionMarks } from './session.ts'

// The socket's frames, snake_case. The server validates with these schemas; the types are derived from them.

export const PROTOCOL_VERSION = 1

export const SendMessage = z.object({
  type: z.literal('send_message'),
  /** Made by the client; the idempotency key. The server makes one where there is none. */
  message_id: Id.optional(),
  /** An unknown one creates the session; without one the server makes it. */
  session_id: Id.optional(),
  project_id: z.string().min(1).max(LIMITS.projectIdChars).optional(),
  /** The title of the session, if this message creates it. */
  session_title: z.string().optional(),
  text: z.string(),
  images: z.array(ImageBlock).default([]),
  documents: z.array(DocumentBlock).default([]),
  files: z.array(WorkspaceFile).optional(),
  media: z.array(MediaReference).default([]),
  /** Attachments that are stored already, of this tenant: they are attached once more, before the others, and no bytes travel. */
  attachment_ids: z.array(Id).optional(),
  /** Where each of `attachment_ids` stands among all of the message's attachments, from 0; without it they stand before the others. */
  attachment_places: z.array(z.int().nonnegative()).max(LIMITS.attachmentsPerMessage).optional(),
  /** A message of the session that this one stands for: one that still waits is replaced in its place; of another, this begins a version. */
  replaces: Id.optional(),
  /** With `replaces`: the files of the agent's folder are put back as they were there, before it is asked. */
  restore_files: z.boolean().optional(),
  ...AgentChoice.shape,
})
export type SendMessage = z.infer<typeof SendMessage>

const Subscribe = z.object({
  type: z.literal('subscribe'),
  session_id: Id,
  /** Events after this one are sent (0: all); without it, those from now on. It replaces an earlier subscription to the session. */
  after_event_id: z.int().nonnegative().optional(),
})

const Stop = z.object({ type: z.literal('stop'), session_id: Id })

const Ping = z.object({ type: z.literal('ping') })

/** To a question or a permission that waits; its `message_id` is the agent's message. */
const Answer = z.object({
  type: z.literal('answer'),
  session_id: Id,
  message_id: Id,
  part_id: z.string().min(1).max(200),
  ...PartAnswer.shape,
})
type Answer = z.infer<typeof Answer>

export const ClientFrame = z.discriminatedUnion('type', [SendMessage, Subscribe, Stop, Ping, Answer])
export type ClientFrame = z.infer<typeof ClientFrame>

export const Hello = z.object({
  type: z.literal('hello'),
  protocol: z.int(),
  /** Whether a frame of JSON may travel as binary. */
  binary_frames: z.boolean(),
  limits: z.record(z.string(), z.number()),
  /** `id` of GET /api/me: as whom this connection was opened. */
  account: z.string().optional(),
  /** The server's clock: a device's own may be days away from it, and both date what is shown in one list. */
  time: z.iso.datetime().optional(),
})
export type Hello = z.infer<typeof Hello>

export const MessageAccepted = z.object({
  type: z.literal('message_accepted'),
  message_id: Id,
  session_id: Id,
  /** True when the same id had been accepted before. */
  replayed: z.boolean(),
  message: Message,
})
export type MessageAccepted = z.infer<typeof MessageAccepted>

/** The part as it is now comes as an event. */
const AnswerAccepted = z.object({ type: z.literal('answer_accepted'), session_id: Id, message_id: Id, part_id: z.string() })

const ErrorFrame = z.object({
  type: z.literal('error'),
  message_id: z.string().optional(),
  session_id: z.string().optional(),
  /** When it is about an answer. */
  part_id: z.string().optional(),
  problem: Problem,
})

/**
 * What every event of a session's content carries. The ids of one session only grow; each event names the one before
 * it (null: it is the first), so that whoever misses one notices.
 */
const event = { event_id: z.int(), previous_event_id: z.int().nullable(), session_id: Id }

export const SessionEvent = z.discriminatedUnion('type', [
  /** The person's message was stored: other tabs show it too. */
  z.object({ type: z.literal('message_added'), ...event, message: Message }),
  /** `message` is the agent's: still empty, or, where the turn is told as server-sent events, with what was said before they began. */
  z.object({ type: z.literal('turn_started'), ...event, message: Message }),
  /** Added at the end of the agent's message. Text and thinking come empty, before their first `text_delta`. */
  z.object({ type: z.literal('part_added'), ...event, message_id: Id, part: Part }),
  /** Replaces the part with its id. */
  z.object({ type: z.literal('part_updated'), ...event, message_id: Id, part: Part }),
  /** What an abandoned attempt said is withdrawn. */
  z.object({ type: z.literal('part_removed'), ...event, message_id: Id, part_id: z.string() }),
  /** More of a text, or of what the agent thinks. */
  z.object({ type: z.literal('text_delta'), ...event, message_id: Id, part_id: z.string(), delta: z.string() }),
  /** Ends the agent's message, whatever its status. */
  z.object({ type: z.literal('message_completed'), ...event, message: Message }),
  /** One of its attachments was deleted or came later; or it waits, and was changed. */
  z.object({ type: z.literal('message_updated'), ...event, message: Message }),
  /** It waited, and was cancelled or replaced. */
  z.object({ type: z.literal('message_removed'), ...event, message_id: Id }),
  /** Another version of the conversation is the current one, which holds this message: what one has of the session is read anew. */
  z.object({ type: z.literal('branch_changed'), ...event, message_id: Id }),
  z.object({ type: z.literal('turn_failed'), ...event, problem: Problem }),
  z.object({ type: z.literal('session_deleted'), ...event }),
])
export type SessionEvent = z.infer<typeof SessionEvent>

/** For the list of sessions, whatever one is subscribed to: it stands in no session's chain of events. */
export const SessionUpdated = z.object({ type: z.literal('session_updated'), session_id: Id, session: Session })
export type SessionUpdated = z.infer<typeof SessionUpdated>

/** A person marked a session: told to their other devices, and to nobody else. */
export const SessionMarked = z.object({ type: z.literal('session_marked'), session_id: Id, ...SessionMarks.shape })
export type SessionMarked = z.infer<typeof SessionMarked>

/** Ends the subscription: what is missing is read over REST, and subscribed to again. */
export const ResyncRequired = z.object({ type: z.literal('resync_required'), session_id: Id })

const Pong = z.object({ type: z.literal('pong') })

/** How much of a large frame has arrived, while it does: the sender's own buffers say only what has left. */
const Receiving = z.object({ type: z.literal('receiving'), /** Since the frame began. */ bytes: z.int() })

export const ServerFrame = z.union([Hello, MessageAccepted, AnswerAccepted, ErrorFrame, SessionEvent, SessionUpdated, SessionMarked, ResyncRequired, Pong, Receiving])
export type ServerFrame = z.infer<typeof ServerFrame>
