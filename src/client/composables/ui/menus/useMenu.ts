import { nextTick, ref, type Ref } from 'vue'

type Element = Readonly<Ref<HTMLElement | null>>

/** A menu that a button opens: arrows, Home and End in it, Escape and leaving close it. */
export function useMenu({ root, button, menu }: { root: Element, button: Element, menu: Element }) {
  const open = ref(false)
  const items = () => Array.from(menu.value?.querySelectorAll<HTMLElement>('[role=menuitemradio]') ?? [])

  async function show() {
    open.value = true
    await nextTick()
    ;(menu.value?.querySelector<HTMLElement>('[aria-checked=true]') ?? items()[0])?.focus()
  }

  function hide() {
    open.value = false
    button.value?.focus()
  }

  function onKeydown(event: KeyboardEvent) {
    const all = items()
    const now = all.indexOf(document.activeElement as HTMLElement)
    const places: Record<string, number> = { ArrowDown: (now + 1) % all.length, ArrowUp: (now - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }
    const place = places[event.key]
    if (event.key === 'Escape')
      hide()
    else if (place !== undefined)
      all[place]?.focus()
    else
      return
    event.preventDefault()
    event.stopPropagation() // it means nothing to what is behind
  }

  function onFocusout({ relatedTarget }: FocusEvent) {
    if (!root.value?.contains(relatedTarget as Node | null))
      open.value = false
  }

  return { open, show, hide, onKeydown, onFocusout }
}
