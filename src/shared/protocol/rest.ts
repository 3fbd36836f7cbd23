import { z } from 'zod'
import { LIMITS } from '../attachments.ts'
import { DEFAULT_PROJECT } from '../defaults.ts'
import { AgentChoice } from './agent.ts'
import { Id } from './id.ts'
import { Attachment } from './attachment.ts'
import { Message } from './message.ts'
import { Part } from './parts.ts'
import { Session, SessionMarks } from './session.ts'

// Bodies of REST, camelCase. The server validates with these schemas; the types are derived from them.

/** Who asks. */
export const Me = z.object({
  /** Opaque; `default` where the server has no accounts. What a browser keeps for this account is kept under it. */
  id: z.string(),
  tenant: z.string(),
  user: z.string(),
  /** A reader changes nothing. None where the server has no accounts. */
  role: z.enum(['member', 'reader']).optional(),
  /** By a cookie, which signing out ends. */
  signedIn: z.boolean(),
})
export type Me = z.infer<typeof Me>

export const SignIn = z.object({ key: z.string().min(1).max(1000) })
export type SignIn = z.infer<typeof SignIn>

export const CreateSession = z.object({
  id: Id.optional(),
  projectId: z.string().min(1).max(LIMITS.projectIdChars).default(DEFAULT_PROJECT),
  title: z.string().optional(),
})
export type CreateSession = z.input<typeof CreateSession>

export const UpdateSession = z.object({
  title: z.string().optional(),
  /** A person's message: the version of the conversation that holds it becomes the current one. */
  branch: Id.optional(),
  /** Who answers from now on what says nothing else. */
  ...AgentChoice.shape,
  ...SessionMarks.partial().shape,
}).refine(changes => Object.values(changes).some(value => value !== undefined), 'Say what is to be changed: title, branch, model, effort, pinned, archived or unread.')
export type UpdateSession = z.input<typeof UpdateSession>

/** Of a message that waits. What is not given stays as it is. */
export const EditMessage = z.object({
  text: z.string().optional(),
  /** Those of its attachments that stay, in their order. */
  attachmentIds: z.array(Id).max(LIMITS.attachmentsPerMessage).optional(),
  /** Who is to answer it; what the session's next messages are answered by stays as it is. */
  ...AgentChoice.shape,
}).refine(edit => Object.values(edit).some(value => value !== undefined), 'Give a text, attachments, a model or an effort.')
export type EditMessage = z.input<typeof EditMessage>

/** `now`: what runs is stopped, and this is answered. `next`: it is added to what runs, where the agent can. */
export const SteerMessage = z.object({ when: z.enum(['now', 'next']) })
export type SteerMessage = z.infer<typeof SteerMessage>

/** A message over REST as JSON. As multipart/form-data the same names are fields, and `files` are files. */
export const PostMessage = z.object({
  content: z.string().default(''),
  attachments: z.array(z.object({
    filename: z.string(),
    /** Empty where nobody knows: the bytes decide. */
    mimeType: z.string().default(''),
    /** base64 */
    content: z.string(),
    /** What is to be said of a picture, one line of at most 1000 characters. In a form: the field `caption` before its file. */
    caption: z.string().optional(),
  })).default([]),
  /** For the agent's workspace only, of any type, up to 25 MB each. In a form: the files named `workspaceFiles`. */
  files: z.array(z.object({
    name: z.string(),
    source: z.object({ type: z.literal('base64'), mediaType: z.string().default(''), data: z.string() }),
  })).default([]),
  /** Of POST /api/uploads, after the other attachments. */
  uploadIds: z.array(z.string()).default([]),
  /** Attachments that are stored already, of this tenant: they are attached once more, before the others, and no bytes travel. */
  attachmentIds: z.array(Id).default([]),
  /** Where each of `attachmentIds` stands among all of the message's attachments, from 0; without it they stand before the others. */
  attachmentPlaces: z.array(z.int().nonnegative()).max(LIMITS.attachmentsPerMessage).optional(),
  /** A message of the session that this one stands for: one that still waits is replaced in its place; of another, this begins a version. */
  replaces: Id.optional(),
  /** With `replaces`: the files of the agent's folder are put back as they were there, before it is asked. */
  restoreFiles: z.boolean().optional(),
  ...AgentChoice.shape,
  /** The same thing as the header Idempotency-Key: it names one message of one user in its session, also when that was cancelled. */
  clientMessageId: z.string().optional(),
})
export type PostMessage = z.input<typeof PostMessage>

export const PostedMessage = z.object({ message: Message })
export type PostedMessage = z.infer<typeof PostedMessage>

export const OnePart = z.object({ part: Part })
export type OnePart = z.infer<typeof OnePart>

/** Of a page of messages: `folded` leaves out what tools that are done were given and returned, which is most of a long conversation. */
export const ShownTools = z.enum(['whole', 'folded'])
export type ShownTools = z.infer<typeof ShownTools>

export const Upload = z.object({
  id: Id,
  /** Gives the bytes to whoever may see them, also when a message has claimed the upload. */
  url: z.string(),
  name: z.string(),
  /** As the bytes say. */
  type: z.string(),
  /** Bytes. */
  size: z.int(),
  /** Hex. */
  sha256: z.string(),
  createdAt: z.iso.datetime(),
  /** When it is removed if no message has claimed it. */
  expiresAt: z.iso.datetime(),
})
export type Upload = z.infer<typeof Upload>

export const UploadsReply = z.object({ uploads: z.array(Upload) })
export type UploadsReply = z.infer<typeof UploadsReply>

export const AttachmentsPage = z.object({ attachments: z.array(Attachment), nextCursor: z.string().nullable() })
export type AttachmentsPage = z.infer<typeof AttachmentsPage>

export const MessageAttachments = z.object({ attachments: z.array(Attachment) })
export type MessageAttachments = z.infer<typeof MessageAttachments>

export const CreateLink = z.object({
  /** Seconds; a minute where nothing is said, at most a day. */
  expiresIn: z.int().min(1).max(86_400).default(60),
  /** It is saved instead of shown. */
  download: z.boolean().default(false),
})
export type CreateLink = z.input<typeof CreateLink>

/** An address that needs no key for a while. */
export const SignedLink = z.object({ url: z.string(), expiresAt: z.iso.datetime() })
export type SignedLink = z.infer<typeof SignedLink>

export const SessionsPage = z.object({ sessions: z.array(Session), nextCursor: z.string().nullable() })
export type SessionsPage = z.infer<typeof SessionsPage>

export const MessagesPage = z.object({
  /** Ascending by sequence. */
  messages: z.array(Message),
  hasMore: z.boolean(),
  /** Subscribe after this one, and no event falls between. 0 where nothing happened yet. */
  lastEventId: z.int(),
})
export type MessagesPage = z.infer<typeof MessagesPage>

/** By session, the newest first, and by day inside it. */
export const HistoryPage = z.object({
  sessions: z.array(z.object({
    session: Session,
    days: z.array(z.object({
      /** YYYY-MM-DD, in the time zone that was asked for. */
      date: z.string(),
      /** Ascending by sequence. */
      messages: z.array(Message),
    })),
    /** There are older messages than these. */
    hasMore: z.boolean(),
  })),
  nextCursor: z.string().nullable(),
})
export type HistoryPage = z.infer<typeof HistoryPage>
