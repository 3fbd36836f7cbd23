/** Puts an id in its place: behind the last of those that stand before it. One that is there keeps its place. */
export function insertAfter(ids: readonly string[], id: string, before: readonly string[] = ids): string[] {
  if (ids.includes(id))
    return [...ids]
  const place = ids.findLastIndex(other => before.includes(other)) + 1
  return [...ids.slice(0, place), id, ...ids.slice(place)]
}

/** An order that is known, with what has come since; what has gone meanwhile keeps its place. */
export function joinOrders(known: readonly string[], now: readonly string[]): string[] {
  return now.reduce<string[]>((order, id, i) => insertAfter(order, id, order.slice(0, order.indexOf(now[i - 1] ?? '') + 1)), [...known])
}
