export type Random = ReturnType<typeof createRandom>

/** Mulberry32: the same seed, the same choices. */
export function createRandom(seed: number) {
  let state = seed >>> 0

  /** 0 up to, but not including, 1. */
  function next(): number {
    state = state + 0x6D2B79F5 >>> 0
    let mixed = Math.imul(state ^ state >>> 15, state | 1)
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61)
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32
  }

  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))

  return {
    /** Both ends included. */
    int,
    chance: (probability: number) => next() < probability,
    pick: <T>(from: readonly T[]): T => from[int(0, from.length - 1)]!,
    /** A name, as often as its weight says. */
    weighted<Name extends string>(weights: Record<Name, number>): Name {
      const entries = Object.entries<number>(weights) as [Name, number][]
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [name, weight] of entries) {
        left -= weight
        if (left < 0)
          return name
      }
      return entries.at(-1)![0]
    },
  }
}
