/**
 * The items with the first ones at the beginning and in order; the others follow in any order. Of many items that takes
 * a small part of what putting all in order takes.
 * @param most so many are put in order
 */
export function firstOf<Item>(items: readonly Item[], most: number, compare: (a: Item, b: Item) => number): Item[] {
  const first = items.slice(0, most).sort(compare)
  const others: Item[] = []
  for (const item of items.slice(most)) {
    const last = first.at(-1)
    if (last === undefined || compare(item, last) >= 0) {
      others.push(item)
      continue
    }
    first.splice(placeOf(first, item, compare), 0, item)
    others.push(...first.splice(most))
  }
  return [...first, ...others]
}

/** Behind those that are not after it. */
function placeOf<Item>(sorted: readonly Item[], item: Item, compare: (a: Item, b: Item) => number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(sorted[middle] as Item, item) <= 0)
      low = middle + 1
    else
      high = middle
  }
  return low
}
