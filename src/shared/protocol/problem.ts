import { z } from 'zod'

/** RFC 9457, over REST and in frames. */
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
  /** A question or permission that was answered otherwise: as it is now. */
  part: z.unknown().optional(),
  /** Seconds after which it may work. */
  retryAfter: z.int().optional(),
})
export type Problem = z.infer<typeof Problem>
