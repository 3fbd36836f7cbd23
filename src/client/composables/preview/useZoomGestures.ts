import type { Ref } from 'vue'
import { between, distance, FITTED, wheelSteps, type Point } from '../../utils/input/zoom.ts'
import type { Zoom } from './useZoom.ts'

/** CSS pixels; a hand that clicks moves less. */
const DRAG_BEGINS = 4

const pointOf = ({ clientX, clientY }: MouseEvent | Touch): Point => ({ x: clientX, y: clientY })
const isText = ({ target }: Event) => target instanceof Element && target.matches('[data-selectable] *')

/**
 * Wheel, double click, two fingers and dragging on a stage.
 * @param wheelZooms a turn of the wheel alone zooms; otherwise it scrolls, and zooms with Ctrl
 */
export function useZoomGestures(stage: Readonly<Ref<HTMLElement | null>>, { zoom, zoomBy, zoomTo, toggle }: Zoom, wheelZooms: () => boolean) {
  let drag: { id: number, last: Point, moving: boolean } | undefined
  let pinch: { zoom: number, distance: number, middle: Point } | undefined

  function onWheel(event: WheelEvent) {
    if (!event.ctrlKey && (!wheelZooms() || event.shiftKey || event.deltaX !== 0))
      return
    event.preventDefault()
    void zoomBy(wheelSteps(event), pointOf(event))
  }

  function onDblclick(event: MouseEvent) {
    if (!isText(event))
      void toggle(pointOf(event))
  }

  function onPointerdown(event: PointerEvent) {
    if (event.pointerType === 'mouse' && event.button === 0 && zoom.value > FITTED && !isText(event))
      drag = { id: event.pointerId, last: pointOf(event), moving: false }
  }

  function onPointermove(event: PointerEvent) {
    if (!drag || drag.id !== event.pointerId)
      return
    const now = pointOf(event)
    if (!drag.moving && distance(now, drag.last) < DRAG_BEGINS)
      return
    if (!drag.moving)
      stage.value?.setPointerCapture(event.pointerId)
    stage.value?.scrollBy({ left: drag.last.x - now.x, top: drag.last.y - now.y, behavior: 'instant' })
    drag = { id: drag.id, last: now, moving: true }
  }

  const onPointerup = () => { drag = undefined }

  function onTouchstart({ touches: [one, two] }: TouchEvent) {
    pinch = one && two ? { zoom: zoom.value, distance: distance(pointOf(one), pointOf(two)), middle: between(pointOf(one), pointOf(two)) } : undefined
  }

  function onTouchmove(event: TouchEvent) {
    const [one, two] = event.touches
    if (!pinch || !one || !two)
      return
    event.preventDefault() // the browser would scroll, or zoom all of the page
    const middle = between(pointOf(one), pointOf(two))
    stage.value?.scrollBy({ left: pinch.middle.x - middle.x, top: pinch.middle.y - middle.y, behavior: 'instant' })
    pinch.middle = middle
    void zoomTo(pinch.zoom * distance(pointOf(one), pointOf(two)) / Math.max(1, pinch.distance), middle)
  }

  const onTouchend = () => { pinch = undefined }

  return {
    /** For `v-on` of the stage. */
    listeners: {
      wheel: onWheel,
      dblclick: onDblclick,
      pointerdown: onPointerdown,
      pointermove: onPointermove,
      pointerup: onPointerup,
      pointercancel: onPointerup,
      touchstart: onTouchstart,
      touchmove: onTouchmove,
      touchend: onTouchend,
      touchcancel: onTouchend,
    },
  }
}
