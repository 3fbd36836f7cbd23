import { ref, shallowRef, type Ref } from 'vue'
import type { Point } from '../../../../shared/files/edits.ts'
import type { PictureEditor } from './usePictureEditor.ts'

/** CSS pixels that a key moves the cross; with Shift one. */
const STEP = 12

const ARROWS: Record<string, Point> = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } }

/** A tenth of a pixel is enough. */
const rounded = (value: number) => Math.round(value * 10) / 10

/** Pointer, finger and keyboard over a picture that is being edited. */
export function useDrawing(canvas: Readonly<Ref<HTMLCanvasElement | null>>, editor: PictureEditor) {
  /** Where a text is to be written. */
  const writing = shallowRef<Point>()
  /** For those who do not see it. */
  const said = ref('')
  let pointer: number | undefined
  /** Fingers and the mouse, as long as they are down: what several of them do is no drawing. */
  const down = new Set<number>()
  let byKeys = false

  function pointOf({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = canvas.value?.getBoundingClientRect() ?? { left: 0, top: 0 }
    return { x: rounded((clientX - left) * editor.scale()), y: rounded((clientY - top) * editor.scale()) }
  }

  function press(at: Point) {
    if (editor.tool.value === 'text')
      writing.value = at
    else if (editor.tool.value === 'turn')
      editor.turn(1)
    else
      editor.begin(at)
  }

  function onPointerdown(event: PointerEvent) {
    if (event.button !== 0 || isBesideOthers(event) || writing.value)
      return
    event.preventDefault() // the focus stays where it is, on the text that is written for example
    canvas.value?.focus({ preventScroll: true })
    editor.cursor.value = undefined
    byKeys = false
    press(pointOf(event))
    if (!editor.points.value.length)
      return
    pointer = event.pointerId
    canvas.value?.setPointerCapture(pointer)
  }

  /** A second finger ends what the first one began, and nothing is drawn before both are up. */
  function isBesideOthers({ pointerId, isPrimary }: PointerEvent): boolean {
    if (isPrimary)
      down.clear() // whatever was not heard of those before
    down.add(pointerId)
    if (pointer !== undefined)
      leavePointer()
    return down.size > 1
  }

  function leavePointer() {
    pointer = undefined
    editor.drop()
  }

  /** The browser would make a swing of a stroke, and take the next tap, on Done for example, for what stops it. */
  const onTouchstart = (event: TouchEvent) => event.preventDefault()

  function onPointermove(event: PointerEvent) {
    if (event.pointerId !== pointer)
      return
    const all = event.getCoalescedEvents?.() ?? []
    editor.move(...(all.length ? all : [event]).map(pointOf))
  }

  function onPointerup(event: PointerEvent) {
    down.delete(event.pointerId)
    if (event.pointerId !== pointer)
      return
    pointer = undefined
    editor.end()
  }

  function onPointercancel({ pointerId }: PointerEvent) {
    down.delete(pointerId)
    if (pointerId === pointer)
      leavePointer()
  }

  function step(by: Point, fine: boolean) {
    const { width = 0, height = 0 } = editor.picture.value ?? {}
    const far = (fine ? 1 : STEP) * editor.scale()
    const { x, y } = editor.cursor.value ?? { x: width / 2, y: height / 2 }
    const at = { x: rounded(Math.min(width, Math.max(0, x + by.x * far))), y: rounded(Math.min(height, Math.max(0, y + by.y * far))) }
    editor.cursor.value = at
    if (byKeys)
      editor.move(at)
    said.value = `${Math.round(at.x)} from the left, ${Math.round(at.y)} from the top`
  }

  function pressByKey() {
    const { width = 0, height = 0 } = editor.picture.value ?? {}
    const at = editor.cursor.value ??= { x: width / 2, y: height / 2 }
    if (byKeys) {
      byKeys = false
      editor.end()
      said.value = 'Drawn'
      return
    }
    press(at)
    byKeys = editor.points.value.length > 0
    said.value = byKeys ? 'Drawing: move with the arrow keys, Enter ends it, Escape leaves it' : ''
  }

  function onKeydown(event: KeyboardEvent) {
    const arrow = ARROWS[event.key]
    if (event.ctrlKey || event.metaKey || event.altKey)
      return
    if (arrow)
      step(arrow, event.shiftKey)
    else if (event.key === 'Enter' || event.key === ' ')
      pressByKey()
    else if (event.key === 'Escape' && byKeys)
      leave()
    else
      return
    event.preventDefault()
  }

  function leave() {
    byKeys = false
    editor.drop()
  }

  function write(text: string) {
    if (writing.value)
      editor.write(text, writing.value)
    writing.value = undefined
    canvas.value?.focus({ preventScroll: true })
  }

  return {
    writing, said, write,
    /** For `v-on` of the canvas. */
    listeners: { touchstart: onTouchstart, pointerdown: onPointerdown, pointermove: onPointermove, pointerup: onPointerup, pointercancel: onPointercancel, keydown: onKeydown },
  }
}
