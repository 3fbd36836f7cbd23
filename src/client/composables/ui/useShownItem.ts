import { nextTick, onScopeDispose, watch, type Ref } from 'vue'

/**
 * Scrolls a list to the item that matters, in its middle, where that is out of sight: when it becomes another one or
 * comes into the list, and when the list itself is shown. One that was in view stays so where it gets another place,
 * as when a longer list comes. Where a person scrolls afterwards, the list stays.
 * @param item what tells the item from others; undefined while it is not in the list
 * @param place the item's place in the list, as it is about to be drawn
 */
export function useShownItem(
  list: Readonly<Ref<HTMLElement | null>>,
  selector: string,
  item: () => string | undefined,
  place: () => number,
): void {
  async function show() {
    await nextTick()
    const box = list.value
    const found = box?.querySelector(selector)
    if (!box || !found || isInView(box, found))
      return
    const [inner, outer] = [found.getBoundingClientRect(), box.getBoundingClientRect()]
    box.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2
  }

  watch(item, () => void show(), { immediate: true })

  // Before the list is drawn anew.
  watch(place, () => {
    const found = list.value?.querySelector(selector)
    if (list.value && found && isInView(list.value, found))
      void show()
  }, { flush: 'pre' })

  let height = 0
  const observer = new ResizeObserver(([entry]) => {
    const now = entry?.contentRect.height ?? 0
    if (!height && now)
      void show()
    height = now
  })
  watch(list, (box, before) => {
    if (before)
      observer.unobserve(before)
    if (box)
      observer.observe(box)
  }, { flush: 'post', immediate: true })
  onScopeDispose(() => observer.disconnect())
}

function isInView(box: HTMLElement, item: Element): boolean {
  const [inner, outer] = [item.getBoundingClientRect(), box.getBoundingClientRect()]
  return inner.top >= outer.top && inner.bottom <= outer.bottom
}
