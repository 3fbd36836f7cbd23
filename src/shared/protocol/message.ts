import { z } from 'zod'
import { Id } from './id.ts'
import { Problem } from './problem.ts'

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

/** Who wrote a message. */
export const Author = z.object({
  /** `id` of GET /api/me for this person. */
  id: z.string(),
  name: z.string(),
})
export type Author = z.infer<typeof Author>

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
