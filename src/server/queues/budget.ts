/** What one of many holds of something that is limited. */
export interface Share {
  /** @returns false, and changes nothing, where there is no room for as much */
  resize(amount: number): boolean
  release(): void
}

/** Something of which each key may hold so much, and all together so much. */
export function createBudget({ all, each }: { all: number, each: number }) {
  const held = new Map<string, number>()
  let total = 0

  function add(key: string, amount: number) {
    total += amount
    const now = (held.get(key) ?? 0) + amount
    if (now > 0)
      held.set(key, now)
    else
      held.delete(key)
  }

  return {
    /** What all hold now. */
    get held(): number {
      return total
    },

    /** A share of nothing yet. */
    open(key: string): Share {
      let own = 0
      return {
        resize(amount) {
          const more = amount - own
          if (more > 0 && (total + more > all || (held.get(key) ?? 0) + more > each))
            return false
          own = amount
          add(key, more)
          return true
        },
        release() {
          add(key, -own)
          own = 0
        },
      }
    },
  }
}
