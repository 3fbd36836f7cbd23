import { nextTick, onScopeDispose, watch } from 'vue'
import { glide, indexAt, itemsOf, moveTo, placeOf, type Place } from './places.ts'
import { listenToPress, type Press } from './listenToPress.ts'

export interface Ordered {
  list: () => HTMLElement | null
  /** As they are shown. */
  ids: () => readonly string[]
  /** Shows another order; undefined: the one there was. */
  show: (ids: readonly string[] | undefined) => void
  /** That is the order now. */
  settle: (id: string) => void
}

/** Pixels from an edge of the list where it begins to scroll, and by how many with each picture. */
const EDGE = 28
const STEP = 7

/** The items of a list are taken by a mouse, or by a finger that rests on one, and put where they are let go. Escape leaves them where they were. */
export function usePointerOrder({ list, ids, show, settle }: Ordered) {
  watch(list, (element, _, onCleanup) => {
    if (element)
      onCleanup(listenToPress(element, press => lift(element, press)))
  }, { immediate: true, flush: 'post' })

  let end = () => {}
  onScopeDispose(() => end())

  /** @returns what becomes of it as the pointer moves, and at the end */
  function lift(element: HTMLElement, press: Press) {
    const { item } = press
    const id = ids()[itemsOf(element).indexOf(item)]
    if (id === undefined)
      return undefined
    let at = press.from
    const place = placeOf(item)
    const start = within(element, at)
    const grip = { x: start.x - place.left, y: start.y - place.top }
    element.classList.add('ordering')
    item.classList.add('lifted')
    let frame = requestAnimationFrame(scroll)

    function follow() {
      const { x, y } = within(element, at)
      item.style.translate = `${x - grip.x - item.offsetLeft}px ${y - grip.y - item.offsetTop}px`
    }

    async function moved(point: { x: number, y: number }) {
      at = point
      follow()
      const others = itemsOf(element).filter(other => other !== item)
      const next = moveTo(ids(), id ?? '', indexAt(others.map(placeOf), within(element, at)))
      if (next.every((one, i) => one === ids()[i]))
        return
      const before = new Map(others.map((other): [HTMLElement, Place] => [other, placeOf(other)]))
      show(next)
      await nextTick()
      glide(others, before)
      follow()
    }

    /** What is held at an edge draws the list along. */
    function scroll() {
      frame = requestAnimationFrame(scroll)
      const { left, right, top, bottom } = element.getBoundingClientRect()
      const was = [element.scrollLeft, element.scrollTop]
      element.scrollLeft += at.x < left + EDGE ? -STEP : at.x > right - EDGE ? STEP : 0
      element.scrollTop += at.y < top + EDGE ? -STEP : at.y > bottom - EDGE ? STEP : 0
      if (was[0] !== element.scrollLeft || was[1] !== element.scrollTop)
        void moved(at)
    }

    end = () => {
      cancelAnimationFrame(frame)
      element.classList.remove('ordering')
      item.classList.remove('lifted')
      item.style.translate = ''
      end = () => {}
    }

    return {
      moved,
      ended(isKept: boolean) {
        end()
        if (isKept)
          settle(id)
        else
          show(undefined)
      },
    }
  }
}

/** A point of the window as one of what is scrolled in the list. */
function within(element: HTMLElement, { x, y }: { x: number, y: number }) {
  const { left, top } = element.getBoundingClientRect()
  return { x: x - left + element.scrollLeft, y: y - top + element.scrollTop }
}
