import { watch, type Ref } from 'vue'

interface Lines {
  /** What tells the items apart, in their order; each element says its own in `data-id`. */
  ids: () => readonly string[]
  /** The link of one that is drawn. */
  linkOf: (id: string) => HTMLElement | undefined
  /** The same of any, which is drawn if it was not. */
  bring: (id: string) => Promise<HTMLElement | undefined>
}

const isMenuKey = ({ key, shiftKey }: KeyboardEvent) => key === 'ContextMenu' || (key === 'F10' && shiftKey)

/** One Tab stop for a list: up and down between its items, left and right inside of one, where Tab goes on, too. The keys that open menus open the item's. */
export function useListKeys(list: Readonly<Ref<HTMLElement | null>>, { ids, linkOf, bring }: Lines): void {
  function itemTo(at: number, key: string): string | undefined {
    const all = ids()
    const places: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }
    const place = places[key]
    return place === undefined ? undefined : all[Math.max(0, Math.min(all.length - 1, place))]
  }

  function insideTo(item: Element | null | undefined, key: string): HTMLElement | undefined {
    const step = { ArrowLeft: -1, ArrowRight: 1, Tab: 1 }[key]
    const stops = [...item?.querySelectorAll<HTMLElement>('a, button') ?? []]
    const at = stops.findIndex(stop => stop === document.activeElement)
    return step === undefined ? undefined : stops[at + step]
  }

  /** Where a key leads: at once to what is drawn. */
  function targetOf(key: string): HTMLElement | Promise<HTMLElement | undefined> | undefined {
    const item = document.activeElement?.closest<HTMLElement>('[data-id]')
    const inside = insideTo(item, key)
    if (inside)
      return inside
    const id = itemTo(ids().indexOf(item?.dataset.id ?? ''), key)
    return id === undefined ? undefined : linkOf(id) ?? bring(id)
  }

  function openMenu(event: KeyboardEvent) {
    const button = document.activeElement?.closest('[data-id]')?.querySelector<HTMLElement>('[aria-haspopup=menu]')
    if (!button)
      return
    event.preventDefault() // the browser's own menu stays away
    button.click()
  }

  async function onKeydown(event: KeyboardEvent) {
    if (isMenuKey(event))
      return openMenu(event)
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
      return
    const target = targetOf(event.key)
    if (!target)
      return
    event.preventDefault()
    const link = target instanceof HTMLElement ? target : await target
    link?.focus()
  }

  watch(list, (now, before) => {
    before?.removeEventListener('keydown', onKeydown)
    now?.addEventListener('keydown', onKeydown)
  }, { flush: 'post', immediate: true })
}
