import type { HistoryItem } from './historyItem.ts'

/** Messages that a browser skips together while they are far out of sight: each one alone costs it something at every frame. */
export interface Stretch {
  number: number
  items: HistoryItem[]
  /** None of its messages is among the newest. */
  far: boolean
}

const LENGTH = 25

/**
 * Messages in their order, by the numbers the server gave them: a message stays in its stretch when older ones come.
 * One that has no number yet stands where it will be.
 * @param near how many of the newest are in no stretch that is far
 */
export function stretchesOf(items: readonly HistoryItem[], near: number): Stretch[] {
  const stretches: Stretch[] = []
  let last = 0
  for (const [i, item] of items.entries()) {
    last = Math.max(last, item.sequence ?? last + 1) // an earlier version's may be smaller
    const number = Math.floor(last / LENGTH)
    const open = stretches.at(-1)
    const stretch = open?.number === number ? open : { number, items: [], far: false }
    if (stretch !== open)
      stretches.push(stretch)
    stretch.items.push(item)
    stretch.far = i < items.length - near
  }
  return stretches
}
