import { z } from 'zod'

/** Ids made by clients: UUIDs in practice; letters, digits, `-` and `_` so that they are safe as a folder's name. */
export const Id = z.string().regex(/^[\w-]{1,64}$/)
