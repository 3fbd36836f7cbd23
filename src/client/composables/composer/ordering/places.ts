/** Where something stands in its list, in pixels from the list's first corner, whatever is scrolled or on its way. */
export interface Place { left: number, top: number, width: number, height: number }

/** Milliseconds in which a neighbour makes room. */
const GLIDE = 140

export const itemsOf = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>(':scope > li')]

export const placeOf = ({ offsetLeft, offsetTop, offsetWidth, offsetHeight }: HTMLElement): Place =>
  ({ left: offsetLeft, top: offsetTop, width: offsetWidth, height: offsetHeight })

/** How many of these the point lies behind, as one reads. */
export function indexAt(places: readonly Place[], { x, y }: { x: number, y: number }): number {
  const top = Math.min(...places.map(place => place.top))
  const bottom = Math.max(...places.map(place => place.top + place.height))
  const height = Math.min(Math.max(y, top), bottom - 1)
  return places.filter(place => place.top + place.height <= height || place.top <= height && place.left + place.width / 2 < x).length
}

/** Lets what has another place now glide there from where it was; not where a person wants no motion. */
export function glide(items: readonly HTMLElement[], before: ReadonlyMap<HTMLElement, Place>): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches)
    return
  for (const item of items) {
    const from = before.get(item)
    const to = placeOf(item)
    if (from && (from.left !== to.left || from.top !== to.top))
      item.animate([{ translate: `${from.left - to.left}px ${from.top - to.top}px` }, { translate: '0 0' }], { duration: GLIDE, easing: 'ease-out' })
  }
}

/** The ids with one of them at another place. */
export function moveTo(ids: readonly string[], id: string, index: number): string[] {
  const others = ids.filter(other => other !== id)
  return [...others.slice(0, index), id, ...others.slice(index)]
}
