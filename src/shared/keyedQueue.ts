export type KeyedQueue = ReturnType<typeof createKeyedQueue>

/** Runs the work of one key in order and one at a time, at once where nothing of it is under way; keys side by side. */
export function createKeyedQueue() {
  const tails = new Map<string, Promise<unknown>>()

  return {
    run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
      const before = tails.get(key)
      let end: () => void = () => undefined
      const tail = new Promise<void>((resolve) => { end = resolve })
      tails.set(key, tail) // before it begins: it may itself ask for more
      const result = before?.then(work) ?? begin(work)
      void result
        .catch(() => undefined) // whoever asked for the work gets the error; the next one must still run
        .then(() => {
          end()
          if (tails.get(key) === tail)
            tails.delete(key)
        })
      return result
    },

    /** When everything that was asked for until now is done. */
    async whenIdle() {
      await Promise.all(tails.values())
    },
  }
}

/** What it throws at once is its promise's, too. */
const begin = async <Result>(work: () => Promise<Result>): Promise<Result> => work()
