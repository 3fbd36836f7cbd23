import { nextTick, onScopeDispose, watch } from 'vue'
import { glide, itemsOf, moveTo, placeOf, type Place } from './places.ts'
import type { Ordered } from './usePointerOrder.ts'

interface KeyOrdered extends Ordered {
  /** Takes the last move back. @returns false where there is none */
  undo: () => boolean
}

/** Ctrl with an arrow moves the item that holds the focus, which it keeps; Ctrl+Z takes that back. */
export function useKeyOrder({ list, ids, show, settle, undo }: KeyOrdered) {
  const abort = new AbortController()
  watch(list, element => element?.addEventListener('keydown', event => onKeydown(element, event), { signal: abort.signal }), { immediate: true, flush: 'post' })
  onScopeDispose(() => abort.abort())

  async function onKeydown(element: HTMLElement, event: KeyboardEvent) {
    const items = itemsOf(element)
    const index = items.findIndex(item => item.contains(document.activeElement))
    const id = ids()[index]
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || id === undefined)
      return
    if (event.key.toLowerCase() === 'z' ? !undo() : !move(id, index, event.key))
      return
    event.preventDefault()
    event.stopPropagation()
    await redrawn(items, document.activeElement)
  }

  function move(id: string, index: number, key: string) {
    const places: Record<string, number> = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: ids().length - 1 }
    const place = places[key]
    if (place === undefined)
      return false
    if (place >= 0 && place < ids().length)
      show(moveTo(ids(), id, place))
    settle(id)
    return true
  }

  async function redrawn(items: readonly HTMLElement[], focused: Element | null) {
    const before = new Map(items.map((item): [HTMLElement, Place] => [item, placeOf(item)]))
    await nextTick()
    glide(items, before)
    if (!(focused instanceof HTMLElement))
      return
    focused.focus({ preventScroll: true }) // who is moved in the page loses it
    focused.closest('li')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
}
