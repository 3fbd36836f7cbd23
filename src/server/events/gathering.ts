import type { FastifyBaseLogger } from 'fastify'

/** Milliseconds in which what changes again and again is told once. */
const GATHER_MS = 100

export type Gathering = ReturnType<typeof createGathering>

/**
 * What changes again and again is told as it is by then: the first change at once, those that follow it within a moment
 * together. Whoever tells reads the state then, so that the last word is the newest, and none is told twice for nothing.
 */
export function createGathering(log: Pick<FastifyBaseLogger, 'error'>, milliseconds = GATHER_MS) {
  /** What was told a moment ago, each with how to tell it again where it has changed since. */
  const lately = new Map<string, { again?: () => Promise<void>, timer?: NodeJS.Timeout }>()
  const underWay = new Set<Promise<void>>()
  let isClosed = false

  async function tell(key: string, work: () => Promise<void>) {
    const telling = work().catch((error: unknown) => log.error(error, 'a change was not told'))
    underWay.add(telling)
    await telling
    underWay.delete(telling)
    const told = lately.get(key)
    if (told && !isClosed)
      told.timer = setTimeout(goOn, milliseconds, key)
  }

  function goOn(key: string) {
    const again = lately.get(key)?.again
    if (!again)
      return void lately.delete(key)
    lately.set(key, {})
    void tell(key, again)
  }

  return {
    /** Never rejects: what cannot be told is logged. Resolves when it is told, or going to be. */
    async tell(key: string, work: () => Promise<void>): Promise<void> {
      if (isClosed)
        return
      const told = lately.get(key)
      if (told) {
        told.again = work
        return
      }
      lately.set(key, {})
      await tell(key, work)
    },

    /** Nothing is told any more; resolves when nothing is being told. */
    async close(): Promise<void> {
      isClosed = true
      for (const { timer } of lately.values())
        clearTimeout(timer)
      lately.clear()
      await Promise.all(underWay)
    },
  }
}
