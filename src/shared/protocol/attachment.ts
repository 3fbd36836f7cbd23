import { z } from 'zod'
import { Id } from './id.ts'

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
  /** `agent`: it was made in a turn, and belongs to the answer. */
  origin: z.enum(['person', 'agent']),
  /** Where the agent put it, relative to its workspace, with `/`, harmless to show; null for a person's. */
  path: z.string().nullable(),
})
export type Attachment = z.infer<typeof Attachment>
