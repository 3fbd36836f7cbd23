import { setTimeout as pause } from 'node:timers/promises'
import { isPassing } from '../errors/problems.ts'

/** Milliseconds until the second try; each later one waits twice as long, up to the longest. */
const FIRST_MS = 100
const LONGEST_MS = 5000

/**
 * Does it again until the database takes it: what was heard of an agent is not given up because a disk is full for a
 * moment. Rejects for any other reason, and where nobody waits for it any more.
 * @param onTrouble once, after the first try
 */
export async function keepTrying<Result>(work: () => Promise<Result>, isOver: (error: unknown) => boolean, onTrouble: (error: unknown) => void = () => {}): Promise<Result> {
  for (let wait = FIRST_MS; ; wait = Math.min(2 * wait, LONGEST_MS)) {
    try {
      return await work()
    }
    catch (error) {
      if (!isPassing(error) || isOver(error))
        throw error
      if (wait === FIRST_MS)
        onTrouble(error)
      await pause(wait, undefined, { ref: false })
    }
  }
}

/** What a running agent waits for: as long as another program may hold the database in good order, say for a copy. */
const AGENTS_MS = 8000

/** As `keepTrying`, for something that an agent waits for. */
export function keepTryingForAgent<Result>(work: () => Promise<Result>, onTrouble?: () => void): Promise<Result> {
  const until = Date.now() + AGENTS_MS
  return keepTrying(work, () => Date.now() > until, onTrouble)
}
