import { nextTick, ref, type Ref } from 'vue'
import { clampZoom, FITTED, zoomBySteps, type Point } from '../../utils/input/zoom.ts'

export type Zoom = ReturnType<typeof useZoom>

/**
 * How large what lies on a stage is shown. What a point shows stays at that point.
 * @param stage scrolls what is larger than itself; pictures and pages in it carry `data-zoomed`
 */
export function useZoom(stage: Readonly<Ref<HTMLElement | null>>) {
  const zoom = ref(FITTED)

  /** @param at in the window; without it the middle of the stage */
  async function zoomTo(wanted: number, at?: Point) {
    const scroller = stage.value
    const next = clampZoom(wanted)
    if (!scroller || next === zoom.value)
      return
    const point = at ?? middleOf(scroller)
    const anchor = anchorAt(scroller, point)
    zoom.value = next
    await nextTick()
    const moved = anchor?.()
    if (moved)
      scroller.scrollBy({ left: moved.x - point.x, top: moved.y - point.y, behavior: 'instant' })
  }

  return {
    zoom,
    zoomTo,
    zoomBy: (steps: number, at?: Point) => zoomTo(zoomBySteps(zoom.value, steps), at),
    /** All of it; twice is its real size, where that is larger than what fits, or double. */
    toggle: (at: Point) => zoomTo(zoom.value > FITTED ? FITTED : realSize(stage.value) ?? 2, at),
    /**
     * Towards an edge, and not beyond it.
     * @param left CSS pixels; negative ones to the left
     * @returns false where that edge is seen already
     */
    pan(left: number): boolean {
      const scroller = stage.value
      const room = scroller ? roomBeside(scroller, left < 0) : 0
      if (!scroller || zoom.value === FITTED || room < 1)
        return false
      scroller.scrollBy({ left: Math.sign(left) * Math.min(Math.abs(left), room), behavior: 'instant' })
      return true
    },
    /** Something else is shown: from its beginning. */
    reset() {
      zoom.value = FITTED
      stage.value?.scrollTo({ left: 0, top: 0, behavior: 'instant' })
    },
  }
}

function middleOf(element: HTMLElement): Point {
  const { x, y, width, height } = element.getBoundingClientRect()
  return { x: x + width / 2, y: y + height / 2 }
}

/** How much of what is shown lies beyond the stage on that side, in CSS pixels. */
function roomBeside(scroller: HTMLElement, onTheLeft: boolean): number {
  const content = scroller.querySelector('[data-zoomed]')?.getBoundingClientRect()
  const { left, right } = scroller.getBoundingClientRect()
  if (!content)
    return 0
  return onTheLeft ? left - content.left : content.right - right
}

/** Says where in the window that is now which was at the point. */
function anchorAt(scroller: HTMLElement, { x, y }: Point): (() => Point) | undefined {
  const shown = Array.from(scroller.querySelectorAll('[data-zoomed]'))
  const element = shown.find(one => one.getBoundingClientRect().bottom >= y) ?? shown.at(-1)
  if (!element)
    return undefined
  const before = element.getBoundingClientRect()
  if (!before.width || !before.height)
    return undefined
  const across = (x - before.x) / before.width
  const down = (y - before.y) / before.height
  return () => {
    const now = element.getBoundingClientRect()
    return { x: now.x + across * now.width, y: now.y + down * now.height }
  }
}

/** Of a picture that is fitted: undefined where its real size is hardly larger, and for pages. */
function realSize(stage: HTMLElement | null): number | undefined {
  const image = stage?.querySelector<HTMLImageElement>('img[data-zoomed]')
  const larger = image ? image.naturalWidth / image.getBoundingClientRect().width : 0
  return Number.isFinite(larger) && larger > 1.1 ? larger : undefined
}
