import { z } from 'zod'

// What a message carries on the socket beside its text.

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

/** Any file, for the agent's workspace only: it is never shown to the model. Outside the message's 30 MB, inside the frame's 48 MiB. */
export const WorkspaceFile = z.object({
  name: z.string(),
  source: z.object({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
})
export type WorkspaceFile = z.infer<typeof WorkspaceFile>

/** The name of one block and, by its place in the list, the order in which the person attached it. */
export const MediaReference = z.object({
  kind: z.enum(['image', 'document', 'file']),
  /** Into `images`, `documents` or `files`. */
  index: z.int().nonnegative(),
  id: z.string(),
  name: z.string(),
  /** What the person says of a picture, one line of at most 1000 characters: it stands beside it for the agent, and is its alternative text. */
  caption: z.string().optional(),
})
export type MediaReference = z.infer<typeof MediaReference>
