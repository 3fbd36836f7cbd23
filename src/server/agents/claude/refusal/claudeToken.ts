import { z } from 'zod'

const Token = z.object({ session: z.string(), entry: z.string().optional() })

/** Where to go on: the SDK's session and, within it, the last entry that is to be remembered. */
export const writeToken = (session: string, entry?: string): string => JSON.stringify({ session, entry })

/**
 * As the SDK's options; none for a token of another agent. What follows the entry is left behind. A turn that
 * was stopped has no last entry: it is gone on with in a copy, so that what fails there does not become part of it.
 */
export function readToken(token: string | undefined): { resume?: string, resumeSessionAt?: string, forkSession?: boolean } {
  if (!token?.startsWith('{'))
    return {}
  const { session, entry } = Token.parse(JSON.parse(token))
  return entry === undefined ? { resume: session, forkSession: true } : { resume: session, resumeSessionAt: entry }
}
