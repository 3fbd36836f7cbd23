import { z } from 'zod'
import { Id } from './id.ts'

/** Days that a link works where nothing is said, and at most. */
const DAYS = 7
const MOST_DAYS = 365

export const CreateSharedLink = z.object({ days: z.int().min(1).max(MOST_DAYS).default(DAYS) })
export type CreateSharedLink = z.input<typeof CreateSharedLink>

/** Shows one conversation to whoever has its address, and nothing else. */
export const SharedLink = z.object({
  id: Id,
  createdAt: z.iso.datetime(),
  /** It works until then, or until somebody takes it back. */
  expiresAt: z.iso.datetime(),
  /** Who made it. */
  user: z.string(),
})
export type SharedLink = z.infer<typeof SharedLink>

/** The address is told this once: the server does not keep it. */
export const CreatedSharedLink = z.object({ link: SharedLink, url: z.string() })
export type CreatedSharedLink = z.infer<typeof CreatedSharedLink>

export const SharedLinks = z.object({ links: z.array(SharedLink) })
export type SharedLinks = z.infer<typeof SharedLinks>
