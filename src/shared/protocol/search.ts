import { z } from 'zod'
import { Id } from './id.ts'

/** Where something was found. */
export const SearchHit = z.object({
  /** `filename`: of an attachment; `file`: in its text. */
  kind: z.enum(['title', 'message', 'filename', 'file']),
  sessionId: Id,
  sessionTitle: z.string(),
  /** The message that it stands in, or that the attachment belongs to; null for a title. */
  messageId: Id.nullable(),
  /** Under which its author sent it: what an address of the app names it by. */
  clientMessageId: z.string().nullable(),
  /** The message's place in its session; null for a title. */
  sequence: z.int().nullable(),
  role: z.enum(['user', 'assistant']).nullable(),
  attachmentId: Id.nullable(),
  filename: z.string().nullable(),
  /** Of the message; of a title, when the session was last written to. */
  createdAt: z.iso.datetime(),
  /** A line of plain text: of an answer without the marks of its Markdown, unless what was searched for stands in them. */
  snippet: z.string(),
  /** From and up to, in UTF-16 units of the snippet: what was searched for. */
  ranges: z.array(z.tuple([z.int(), z.int()])),
})
export type SearchHit = z.infer<typeof SearchHit>

export const SearchPage = z.object({
  /** Titles first, then the newest. There may be more where there are fewer than asked for, and even none: `nextCursor` tells. */
  hits: z.array(SearchHit),
  /** Null where everything was looked through. */
  nextCursor: z.string().nullable(),
  /** Older messages, from before there was a search, are still being added to what is searched. */
  incomplete: z.boolean(),
})
export type SearchPage = z.infer<typeof SearchPage>
