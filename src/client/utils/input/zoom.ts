/** How large something is shown, as a multiple of the size at which all of it fits. */
export const FITTED = 1
/** Beyond it there is nothing more to see of a picture. */
const LARGEST = 16
const STEP = 1.25
/** CSS pixels that one notch of a usual wheel turns. */
const NOTCH = 100
const LINE = 16

export const clampZoom = (zoom: number): number => Math.min(LARGEST, Math.max(FITTED, zoom))

/** @param steps parts of a step count, too; negative ones make it smaller */
export function zoomBySteps(zoom: number, steps: number): number {
  const next = clampZoom(zoom * STEP ** steps)
  return Math.abs(next - FITTED) < 0.01 ? FITTED : next
}

/** The steps that a turn of the wheel asks for, at most two of them. Two fingers on a touch pad turn a little, often, with Ctrl. */
export function wheelSteps({ deltaY, deltaMode, ctrlKey }: Pick<WheelEvent, 'deltaY' | 'deltaMode' | 'ctrlKey'>): number {
  const pixels = deltaMode === WheelEvent.DOM_DELTA_PIXEL ? deltaY : deltaY * LINE
  const notches = -pixels / NOTCH * (ctrlKey && Math.abs(pixels) < NOTCH / 2 ? 5 : 1)
  return Math.min(2, Math.max(-2, notches))
}

export interface Point { x: number, y: number }

export const between = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y)
