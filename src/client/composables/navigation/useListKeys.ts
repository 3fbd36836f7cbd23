import { watch, type Ref } from 'vue'

/** One Tab stop for a list: up and down between its items, left and right inside of one. */
export function useListKeys(list: Readonly<Ref<HTMLElement | null>>): void {
  function itemTo(items: readonly Element[], at: number, key: string): Element | undefined {
    const places: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }
    const place = places[key]
    return place === undefined ? undefined : items[Math.max(0, Math.min(items.length - 1, place))]
  }

  function insideTo(item: Element | undefined, key: string): HTMLElement | undefined {
    if (key !== 'ArrowLeft' && key !== 'ArrowRight')
      return undefined
    const stops = [...item?.querySelectorAll<HTMLElement>('a, button') ?? []]
    const at = stops.findIndex(stop => stop === document.activeElement)
    return stops[at + (key === 'ArrowRight' ? 1 : -1)]
  }

  function onKeydown(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
      return
    const items = [...list.value?.children ?? []]
    const at = items.findIndex(item => item.contains(document.activeElement))
    const target = insideTo(items[at], event.key) ?? itemTo(items, at, event.key)?.querySelector<HTMLElement>('a')
    if (!target)
      return
    event.preventDefault()
    target.focus()
  }

  watch(list, (now, before) => {
    before?.removeEventListener('keydown', onKeydown)
    now?.addEventListener('keydown', onKeydown)
  }, { flush: 'post', immediate: true })
}
