import type { PixelSize } from '../../../../shared/images/segment.ts'
import type { Operation, Point, Rectangle } from '../../../../shared/files/edits.ts'

/* A picture being edited, as a list of steps: nothing here draws. */

export type Tool = Operation['kind']

/** CSS pixels of what is drawn, on the screen on which it is drawn. */
const BRUSH = 24
const LINE = 4
const TEXT_HEIGHT = 22

/** What was done, and what of it was taken back and can be done again. */
export interface Steps {
  done: readonly Operation[]
  undone: readonly Operation[]
}

export const stepsOf = (done: readonly Operation[] = []): Steps => ({ done, undone: [] })

/** Whatever was taken back before is gone with it. */
export const addStep = ({ done }: Steps, operation: Operation): Steps => ({ done: [...done, operation], undone: [] })

export function undoStep({ done, undone }: Steps): Steps {
  const last = done.at(-1)
  return last ? { done: done.slice(0, -1), undone: [...undone, last] } : { done, undone }
}

export function redoStep({ done, undone }: Steps): Steps {
  const last = undone.at(-1)
  return last ? { done: [...done, last], undone: undone.slice(0, -1) } : { done, undone }
}

type Round = (edge: number) => number

/** @param first how its left and upper edge come to whole pixels @param last the same of the others */
function rectangle(one: Point, other: Point, { width, height }: PixelSize, first: Round, last: Round): Rectangle | undefined {
  const left = Math.max(0, first(Math.min(one.x, other.x)))
  const top = Math.max(0, first(Math.min(one.y, other.y)))
  const right = Math.min(width, last(Math.max(one.x, other.x)))
  const bottom = Math.min(height, last(Math.max(one.y, other.y)))
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined
}

/** The rectangle between two corners, with every pixel that is touched, inside the picture; undefined where nothing of it is left. @public */
export const between = (one: Point, other: Point, size: PixelSize): Rectangle | undefined => rectangle(one, other, size, Math.floor, Math.ceil)

/** The same in the nearest whole pixels: as large as it was drawn, wherever a browser says the pointer was between two of them. */
const nearest = (one: Point, other: Point, size: PixelSize) => rectangle(one, other, size, Math.round, Math.round)

/** Of a movement over the picture. */
export interface Movement {
  points: readonly Point[]
  /** Pixels of the picture in one CSS pixel of the screen. */
  scale: number
  colour: string
}

const areaTool = (kind: 'crop' | 'blur' | 'box') => ({ points, scale, colour }: Movement, size: PixelSize): Operation | undefined => {
  const [first] = points
  const last = points.at(-1)
  const area = first && last && (kind === 'crop' ? nearest : between)(first, last, size)
  if (!area || Math.max(area.width, area.height) < LINE * scale)
    return undefined // a click, not a rectangle
  return kind === 'box' ? { kind, area, line: LINE * scale, colour } : { kind, area }
}

function arrow({ points, scale, colour }: Movement): Operation | undefined {
  const [from] = points
  const to = points.at(-1)
  return from && to && Math.hypot(from.x - to.x, from.y - to.y) >= LINE * scale ? { kind: 'arrow', from, to, line: LINE * scale, colour } : undefined
}

const SHAPES: Partial<Record<Tool, (movement: Movement, size: PixelSize) => Operation | undefined>> = {
  crop: areaTool('crop'),
  blur: areaTool('blur'),
  box: areaTool('box'),
  arrow,
  pen: ({ points, scale, colour }) => ({ kind: 'pen', points, line: LINE * scale, colour }),
  blacken: ({ points, scale }) => ({ kind: 'blacken', points, line: BRUSH * scale }),
}

/** What a movement over the picture does with a tool; undefined where it does nothing. */
export const operationOf = (tool: Tool, movement: Movement, size: PixelSize): Operation | undefined =>
  movement.points.length ? SHAPES[tool]?.(movement, size) : undefined

/** Undefined where nothing is written. */
export const textOperation = (text: string, at: Point, { scale, colour }: Pick<Movement, 'scale' | 'colour'>): Operation | undefined =>
  text.trim() ? { kind: 'text', at, text: text.trim(), height: TEXT_HEIGHT * scale, colour } : undefined
