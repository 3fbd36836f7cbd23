/** Refusals of one account, and of all who have none together, that are written down in a minute: who is refused all day must not push everything else out. */
const REFUSALS = 300
const MINUTE_MS = 60_000
/** Accounts that are counted on their own; the others of that minute are counted together. */
const MOST_ACCOUNTS = 1000

/** Whose refusals are counted together; nobody's where neither is known. */
export interface Refused { tenant?: string, user?: string }

export interface LeftOut extends Refused { event: 'refusals_left_out', count: number }

/** Says which refusals are too many, and once a minute whose were left out. */
export function createRefusals(tell: (leftOut: LeftOut) => void) {
  const counts = new Map<string, Refused & { count: number }>()
  let ending: NodeJS.Timeout | undefined

  function endMinute() {
    clearTimeout(ending)
    ending = undefined
    for (const { count, ...who } of counts.values()) {
      if (count > REFUSALS)
        tell({ event: 'refusals_left_out', ...who, count: count - REFUSALS })
    }
    counts.clear()
  }

  /** As far as there is room for it; otherwise `others`. */
  function countOf({ tenant, user }: Refused) {
    const known = JSON.stringify([tenant, user])
    const key = counts.has(known) || counts.size < MOST_ACCOUNTS ? known : 'others'
    const count = counts.get(key) ?? { ...(key === known && { tenant, user }), count: 0 }
    counts.set(key, count)
    return count
  }

  return {
    /** Counts one more. @returns whether it is not to be written down */
    isOneTooMany(who: Refused): boolean {
      ending ??= setTimeout(endMinute, MINUTE_MS).unref()
      return ++countOf(who).count > REFUSALS
    },
    endMinute,
  }
}
