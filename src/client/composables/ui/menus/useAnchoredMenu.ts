import { nextTick, onMounted, type Ref } from 'vue'
import { useStaysInPlace } from './useStaysInPlace.ts'

interface Anchored {
  menu: Readonly<Ref<HTMLElement | null>>
  /** What it stands by. */
  button: () => HTMLElement
  /** What gets the focus back: the button, where nothing else opened it. */
  back?: () => HTMLElement
  /** Puts it where it belongs, by its button. */
  place: (menu: HTMLElement, button: DOMRect) => void
  /** It is to be shown no more. */
  onClose: () => void
}

/** A menu that stands over the page by its button while it is mounted: arrows, Home and End in it, Escape, Tab and leaving close it, and the focus is where it was. */
export function useAnchoredMenu({ menu, button, back = button, place, onClose }: Anchored) {
  onMounted(async () => {
    await nextTick()
    const element = menu.value
    if (!element)
      return
    element.showPopover?.()
    placeAgain()
    element.querySelector('button')?.focus()
  })

  function placeAgain() {
    if (menu.value)
      place(menu.value, button().getBoundingClientRect())
  }
  useStaysInPlace(placeAgain, () => true)

  function close() {
    back().focus()
    onClose()
  }

  function onKeydown(event: KeyboardEvent) {
    const items = [...menu.value?.querySelectorAll('button') ?? []]
    const at = items.indexOf(document.activeElement as HTMLButtonElement)
    const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }
    const place = to[event.key]
    event.stopPropagation() // Escape stops the agent elsewhere
    if (event.key === 'Escape' || event.key === 'Tab')
      close()
    else if (place !== undefined)
      items.at(place % items.length)?.focus()
    else
      return
    event.preventDefault()
  }

  function onFocusout({ relatedTarget }: FocusEvent) {
    if (!(relatedTarget instanceof Node && menu.value?.contains(relatedTarget)))
      onClose()
  }

  return { close, onKeydown, onFocusout }
}
