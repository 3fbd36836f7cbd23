import { onScopeDispose } from 'vue'

/** Milliseconds that a finger rests, a little less than the browser waits until it selects a word; pixels by which it may tremble. */
const REST = 450
const TREMBLE = 10

/** A finger that rests on a message opens what can be done with it, as a tap does. Listeners for the list around them. */
export function useLongPress() {
  let timer: ReturnType<typeof setTimeout> | undefined
  let from = { x: 0, y: 0 }

  const lift = () => clearTimeout(timer)

  function pointerdown({ pointerType, isPrimary, target, clientX, clientY }: PointerEvent) {
    lift()
    const message = target instanceof Element ? target.closest('article') : null
    if (pointerType !== 'touch' || !isPrimary || !message)
      return
    from = { x: clientX, y: clientY }
    timer = setTimeout(() => message.focus({ preventScroll: true }), REST)
  }

  function pointermove({ clientX, clientY }: PointerEvent) {
    if (Math.hypot(clientX - from.x, clientY - from.y) > TREMBLE)
      lift()
  }

  onScopeDispose(lift)
  return { pointerdown, pointermove, pointerup: lift, pointercancel: lift }
}
