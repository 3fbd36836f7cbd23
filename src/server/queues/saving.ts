import { keepTrying, keepTryingForAgent } from './keepTrying.ts'

export type Saving = ReturnType<typeof createSaving>

/**
 * What of one session is to be saved, and is tried again where it cannot be: a disk is full, a database or a store is
 * away. That is told when it begins, and when all of it is saved.
 * @param tell 1 where something cannot be saved, -1 where that is over; one after the other
 */
export function createSaving(tell: (change: 1 | -1) => void) {
  const failing = new Set<symbol>()

  function set(what: symbol, isFailing: boolean) {
    const before = failing.size > 0
    failing[isFailing ? 'add' : 'delete'](what)
    if (before !== failing.size > 0)
      tell(before ? -1 : 1)
  }

  async function told<Result>(tryAgain: (onTrouble: () => void) => Promise<Result>): Promise<Result> {
    const what = Symbol('work')
    try {
      return await tryAgain(() => set(what, true))
    }
    finally {
      set(what, false)
    }
  }

  return {
    /** As the function of that name. */
    keepTrying: <Result>(work: () => Promise<Result>, isOver: (error: unknown) => boolean, onTrouble: (error: unknown) => void = () => {}): Promise<Result> =>
      told(tell => keepTrying(work, isOver, (error) => {
        tell()
        onTrouble(error)
      })),

    /** As the function of that name. */
    keepTryingForAgent: <Result>(work: () => Promise<Result>): Promise<Result> => told(tell => keepTryingForAgent(work, tell)),

    /** For what is tried again in another way. @returns to be called with whether it fails, as it changes */
    mark(): (isFailing: boolean) => void {
      const what = Symbol('mark')
      return isFailing => set(what, isFailing)
    },

    /** Whatever was to be saved is, or is given up. */
    end: () => failing.forEach(what => set(what, false)),
  }
}
