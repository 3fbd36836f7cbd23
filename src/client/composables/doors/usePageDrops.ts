import { onScopeDispose, ref } from 'vue'
import { takesText, targetOf } from '../../utils/input/editable.ts'
import { readDrop, type Given } from '../../utils/input/transfers.ts'
import { placeOf, type DropPlace } from './dropPlace.ts'

/** Milliseconds that one rests on a link until it opens. */
const REST = 700

interface PageDrops {
  isOn: () => boolean
  give: (given: Given, how: 'dropped', target?: string) => Promise<void>
  open: (sessionId: string) => Promise<void>
}

/**
 * The whole page takes files, words and links. What it does not take, it keeps from the browser, which would
 * open it in place of the app.
 * @returns what is held over the session just now
 */
export function usePageDrops({ isOn, give, open }: PageDrops) {
  const over = ref<'files' | 'words'>()
  let place: DropPlace = {}
  let rest: ReturnType<typeof setTimeout> | undefined
  /** Elements send their own enter and leave; the page is left when all were. */
  let depth = 0
  /** Something of the page itself is dragged: a selection, a link. */
  let own = false

  /** Undefined for what is somebody else's to take: the field's that it is over, the browser's, nobody's. */
  function kindOf(event: DragEvent): 'files' | 'words' | undefined {
    const types = event.dataTransfer?.types ?? []
    if (!isOn() || event.defaultPrevented)
      return undefined
    if (types.includes('Files'))
      return 'files'
    const isWords = types.includes('text/plain') || types.includes('text/uri-list')
    return isWords && !own && !takesText(targetOf(event)) ? 'words' : undefined
  }

  function move(next: DropPlace, kind: 'files' | 'words') {
    over.value = next.element ? undefined : kind
    if (next.element === place.element)
      return
    unmark()
    place = next
    place.element?.toggleAttribute('data-drop', true)
    const { sessionId } = place
    if (sessionId)
      rest = setTimeout(() => void open(sessionId), REST)
  }

  function unmark() {
    clearTimeout(rest)
    place.element?.removeAttribute('data-drop')
    place = {}
  }

  function reset() {
    depth = 0
    over.value = undefined
    unmark()
  }

  function onOver(event: DragEvent) {
    const kind = kindOf(event)
    if (!kind) {
      over.value = undefined
      unmark()
      return keep(event)
    }
    event.preventDefault()
    if (event.dataTransfer)
      event.dataTransfer.dropEffect = event.dataTransfer.effectAllowed.startsWith('link') ? 'link' : 'copy'
    move(placeOf(targetOf(event)), kind)
  }

  function onEnter(event: DragEvent) {
    depth++
    onOver(event)
  }

  function onLeave({ clientX, clientY, relatedTarget }: DragEvent) {
    const outside = relatedTarget === null && (clientX <= 0 || clientY <= 0 || clientX >= innerWidth || clientY >= innerHeight)
    if (--depth <= 0 || outside)
      reset()
  }

  function onDrop(event: DragEvent) {
    const kind = kindOf(event)
    const { sessionId } = placeOf(targetOf(event))
    reset()
    if (!kind || !event.dataTransfer)
      return keep(event)
    event.preventDefault()
    void give(readDrop(event.dataTransfer), 'dropped', sessionId)
  }

  function keep(event: DragEvent) {
    if (event.defaultPrevented || takesText(targetOf(event)))
      return
    event.preventDefault()
    if (event.dataTransfer)
      event.dataTransfer.dropEffect = 'none'
  }

  const listeners = {
    dragstart: () => { own = true },
    dragend: () => { own = false },
    pointerdown: () => { own = false }, // what was dragged may be gone before its end
    dragenter: onEnter,
    dragover: onOver,
    dragleave: onLeave,
    drop: onDrop,
  }
  for (const [type, listener] of Object.entries(listeners))
    window.addEventListener(type, listener as EventListener)
  onScopeDispose(() => {
    clearTimeout(rest)
    for (const [type, listener] of Object.entries(listeners))
      window.removeEventListener(type, listener as EventListener)
  })

  return { over }
}
