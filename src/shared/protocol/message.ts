import { z } from 'zod'
import { Usage } from './agent.ts'
import { Attachment } from './attachment.ts'
import { Id } from './id.ts'
import { Part } from './parts.ts'
import { Problem } from './problem.ts'

/** Who wrote a message. */
export const Author = z.object({
  /** `id` of GET /api/me for this person. */
  id: z.string(),
  name: z.string(),
})
export type Author = z.infer<typeof Author>

/** Where a person's message stands among its versions; an agent's has none but itself. */
export const MessageBranch = z.object({
  /** From 1. */
  index: z.int(),
  count: z.int(),
  /** The message that is the version before, or after; null where there is none. */
  previousId: Id.nullable(),
  nextId: Id.nullable(),
})
export type MessageBranch = z.infer<typeof MessageBranch>

/** Somebody edits a message that waits: the agent does not begin with it, nor with what follows on it. */
export const MessageEditing = z.object({
  /** Null where there are no accounts. */
  by: Author.nullable(),
  /** Unless they say again that they do, or that they have ended. */
  until: z.iso.datetime(),
})
export type MessageEditing = z.infer<typeof MessageEditing>

export const Message = z.object({
  id: Id,
  /** The sender's `message_id` or idempotency key; null for the agent's messages. */
  clientMessageId: z.string().nullable(),
  /** The message that an agent's message answers. */
  replyTo: Id.nullable(),
  sessionId: Id,
  role: z.enum(['user', 'assistant']),
  /** Null for the agent's, where there are no accounts, and for messages from before authors were kept. */
  author: Author.nullable(),
  /** Position in the session, from 1, without gaps: the person's when accepted, the agent's when its turn starts. */
  sequence: z.int(),
  status: z.enum(['accepted', 'running', 'complete', 'failed', 'cancelled']),
  /** The person's words, or what the agent's text parts say. */
  text: z.string(),
  /** Only the text's beginning is here: all of it comes from GET /api/sessions/:id/messages/:msgId. */
  truncated: z.boolean().optional(),
  /** What an agent's message is made of, in order; empty for a person's, and for those from before there were parts. */
  parts: z.array(Part),
  /** Of a person's: who was to answer it; null for the agent's default, and for the agent's messages. */
  model: z.string().nullable(),
  effort: z.string().nullable(),
  /** What an agent's message took; null while it is made, and where nobody knows. */
  usage: Usage.nullable(),
  createdAt: z.iso.datetime(),
  attachments: z.array(Attachment),
  branch: MessageBranch,
  /** The agent's message that answers it too, where it was added to a turn that ran. */
  addedTo: Id.optional(),
  /** Of a message that waits. */
  editing: MessageEditing.optional(),
  /** Why the agent's message failed; null otherwise. */
  problem: Problem.nullable(),
  // The first attachment, or null.
  attachmentUrl: z.string().nullable(),
  attachmentType: z.string().nullable(),
  attachmentName: z.string().nullable(),
})
export type Message = z.infer<typeof Message>
