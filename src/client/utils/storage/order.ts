/** Puts an id in its place: behind the last of those that stand before it. One that is there keeps its place. */
export function insertAfter(ids: readonly string[], id: string, before: readonly string[] = ids): string[] {
  if (ids.includes(id))
    return [...ids]
  const place = ids.findLastIndex(other => before.includes(other)) + 1
  return [...ids.slice(0, place), id, ...ids.slice(place)]
}

/** What these ids name, in their order; what they do not name stays behind what stood before it. */
export function inOrderOf<One extends { id: string }>(all: readonly One[], ids: readonly string[]): One[] {
  const byId = new Map(all.map(one => [one.id, one]))
  return joinOrders(ids, [...byId.keys()]).flatMap(id => byId.get(id) ?? [])
}

/** An order that is known, with what has come since; what has gone meanwhile keeps its place. */
export function joinOrders(known: readonly string[], now: readonly string[]): string[] {
  return now.reduce<string[]>((order, id, i) => insertAfter(order, id, order.slice(0, order.indexOf(now[i - 1] ?? '') + 1)), [...known])
}
