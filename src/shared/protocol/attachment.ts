import { z } from 'zod'
import { Id } from './id.ts'

/** What the agent was given of a file, read from what it recorded as sent. */
export const Receipt = z.object({
  /** The very bytes that were sent. */
  identical: z.boolean(),
  mimeType: z.string(),
  /** Bytes. */
  size: z.int(),
  /** Pixels, images only. */
  width: z.int().nullable(),
  height: z.int().nullable(),
})
export type Receipt = z.infer<typeof Receipt>

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
  /** Pixels, images only: as a person sees it, with its orientation applied. Of files from before November 2026 as it is stored. */
  width: z.int().nullable(),
  height: z.int().nullable(),
  /** It moves; Claude sees one picture of it. Null where it is no image, or was not looked at yet. */
  animated: z.boolean().nullable(),
  /** It says that it has to be turned, and is shown as it lies: a WebP. Null as above. */
  sideways: z.boolean().nullable(),
  /** PDFs whose pages were counted. */
  pages: z.int().nullable(),
  url: z.string(),
  /** Of an image whose file shows another picture where it is played: the one that Claude sees. */
  stillUrl: z.string().nullable(),
  /** `agent`: it was made in a turn, and belongs to the answer. */
  origin: z.enum(['person', 'agent']),
  /** Where the agent put it, relative to its workspace, with `/`, harmless to show; null for a person's. */
  path: z.string().nullable(),
  /** What the person says of it; one line. */
  caption: z.string().nullable(),
  /** Null until the turn that sent it has ended, and where the agent recorded nothing. */
  receipt: Receipt.nullable(),
})
export type Attachment = z.infer<typeof Attachment>
