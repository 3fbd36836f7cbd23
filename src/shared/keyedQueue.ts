export type KeyedQueue = ReturnType<typeof createKeyedQueue>

/** Runs the work of one key in order and one at a time; keys side by side. */
export function createKeyedQueue() {
  const tails = new Map<string, Promise<unknown>>()

  return {
    run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
      const result = (tails.get(key) ?? Promise.resolve()).then(work)
      const tail: Promise<unknown> = result
        .catch(() => undefined) // whoever asked for the work gets the error; the next one must still run
        .then(() => tails.get(key) === tail && tails.delete(key))
      tails.set(key, tail)
      return result
    },

    /** When everything that was asked for until now is done. */
    async whenIdle() {
      await Promise.all(tails.values())
    },
  }
}
