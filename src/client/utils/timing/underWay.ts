/** Work that is under way, by what it is about: whoever needs its result waits for it. */
export function createUnderWay() {
  const all = new Map<string, Set<Promise<unknown>>>()

  /** @returns the work, as it ends */
  async function follow<Result>(key: string, work: Promise<Result>): Promise<Result> {
    const others = all.get(key) ?? new Set()
    all.set(key, others.add(work))
    try {
      return await work
    }
    finally {
      others.delete(work)
    }
  }

  /** Resolves when all that was begun until now has ended, well or badly. */
  async function whenOver(key: string): Promise<void> {
    await Promise.allSettled(all.get(key) ?? [])
  }

  return { follow, whenOver }
}
