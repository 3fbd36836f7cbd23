interface Waiting {
  start: () => void
}

export interface FairQueueOptions {
  /** Works that run at the same time. */
  atOnce: number
  /** Of one key. */
  perKey: number
}


export type FairQueue = ReturnType<typeof createFairQueue>

/**
 * So much work at a time, and each key in its turn: whoever brings a hundred works waits behind the first one of
 * somebody who brings one.
 */
export function createFairQueue({ atOnce, perKey }: FairQueueOptions) {
  const waiting = new Map<string, Waiting[]>() // the key that is next comes first
  const running = new Map<string, number>()
  let all = 0

  const runningOf = (key: string) => running.get(key) ?? 0

  function begin(key: string): () => void {
    all++
    running.set(key, runningOf(key) + 1)
    let isOver = false
    return () => {
      if (isOver)
        return
      isOver = true
      all--
      const left = runningOf(key) - 1
      if (left > 0)
        running.set(key, left)
      else
        running.delete(key)
      startNext()
    }
  }

  function startNext() {
    for (const [key, list] of waiting) {
      if (all >= atOnce)
        return
      if (runningOf(key) >= perKey)
        continue
      const next = list.shift()
      waiting.delete(key)
      if (list.length)
        waiting.set(key, list) // behind the others
      next?.start()
      return startNext()
    }
  }

  return {
    /** Whether work of this key would have to wait now. */
    isFull: (key: string) => all >= atOnce || runningOf(key) >= perKey || waiting.has(key),

    /** Works that wait. */
    get waiting(): number {
      return [...waiting.values()].reduce((sum, { length }) => sum + length, 0)
    },

    /** Works that run. */
    get running(): number {
      return all
    },

    /** Resolves when it is this work's turn, with how to end it. Rejects with the signal's reason if it aborts before. */
    acquire(key: string, signal?: AbortSignal): Promise<() => void> {
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.set(key, (waiting.get(key) ?? []).filter(other => other !== entry))
          if (!waiting.get(key)?.length)
            waiting.delete(key)
          reject(signal?.reason as Error)
        }
        const entry: Waiting = {
          start() {
            signal?.removeEventListener('abort', leave)
            resolve(begin(key))
          },
        }
        if (signal?.aborted)
          return reject(signal.reason as Error)
        signal?.addEventListener('abort', leave, { once: true })
        const others = waiting.get(key)
        if (others)
          others.push(entry)
        else
          waiting.set(key, [entry])
        startNext()
      })
    },

    async run<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
      const end = await this.acquire(key)
      try {
        return await work()
      }
      finally {
        end()
      }
    },
  }
}
