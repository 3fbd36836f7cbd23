import type { Operation, Point, Rectangle } from '../../../../shared/files/edits.ts'
import type { PixelSize } from '../../../../shared/images/segment.ts'

/* What the steps of editing look like. The same functions draw on the screen and what is sent. */

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (!context)
    throw new Error('no 2d context')
  return context
}

/** A picture of its own; the bitmap stays the caller's. */
export function copyOf(picture: CanvasImageSource & PixelSize, { x, y, width, height }: Rectangle = { x: 0, y: 0, width: picture.width, height: picture.height }): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height)
  contextOf(canvas).drawImage(picture, -x, -y)
  return canvas
}

/** Does all steps, one after the other. */
export const drawAll = (picture: OffscreenCanvas, operations: readonly Operation[]): OffscreenCanvas => operations.reduce(apply, picture)

/** Does one step. @returns the picture, or another one where its size changes */
export function apply(picture: OffscreenCanvas, operation: Operation): OffscreenCanvas {
  if (operation.kind === 'crop')
    return copyOf(picture, operation.area)
  if (operation.kind === 'turn')
    return turned(picture, operation.quarters)
  draw(contextOf(picture), operation, picture)
  return picture
}

function turned(picture: OffscreenCanvas, quarters: number): OffscreenCanvas {
  const { width, height } = picture
  const canvas = quarters === 2 ? new OffscreenCanvas(width, height) : new OffscreenCanvas(height, width)
  const context = contextOf(canvas)
  context.translate(canvas.width / 2, canvas.height / 2)
  context.rotate(quarters * Math.PI / 2)
  context.drawImage(picture, -width / 2, -height / 2)
  return canvas
}

/** Draws what changes no size. @param picture as it is before */
export function draw(context: Context, operation: Operation, picture: OffscreenCanvas): void {
  context.save()
  context.lineCap = 'round'
  context.lineJoin = 'round'
  if ('line' in operation)
    context.lineWidth = Math.max(1, operation.line)
  DRAWERS[operation.kind]?.(context, operation as never, picture)
  context.restore()
}

type Drawer<Kind extends Operation['kind']> = (context: Context, operation: Extract<Operation, { kind: Kind }>, picture: OffscreenCanvas) => void

const DRAWERS: { [Kind in Operation['kind']]?: Drawer<Kind> } = {
  arrow: drawArrow,
  blacken: (context, { points }) => stroke(context, points, 'black'),
  blur: drawBlur,
  box(context, { area, colour }) {
    context.strokeStyle = colour
    context.strokeRect(area.x, area.y, area.width, area.height)
  },
  pen: (context, { points, colour }) => stroke(context, points, colour),
  text(context, { at, text, height, colour }) {
    context.font = `600 ${height}px system-ui, sans-serif`
    context.textBaseline = 'top'
    context.lineWidth = height / 5
    context.strokeStyle = colour === 'white' ? 'black' : 'white' // to be read on any ground
    const x = Math.max(0, Math.min(at.x, context.canvas.width - context.measureText(text).width)) // its end stays in the picture
    context.strokeText(text, x, at.y)
    context.fillStyle = colour
    context.fillText(text, x, at.y)
  },
}

function stroke(context: Context, points: readonly Point[], colour: string) {
  const [first] = points
  if (!first)
    return
  context.strokeStyle = colour
  context.beginPath()
  context.moveTo(first.x, first.y)
  context.lineTo(first.x, first.y) // a click is a dot
  points.forEach(({ x, y }) => context.lineTo(x, y))
  context.stroke()
}

function drawArrow(context: Context, { from, to, line, colour }: Extract<Operation, { kind: 'arrow' }>) {
  const angle = Math.atan2(to.y - from.y, to.x - from.x)
  const head = Math.min(line * 5, Math.hypot(to.x - from.x, to.y - from.y))
  const corner = (by: number) => ({ x: to.x - head * Math.cos(angle + by), y: to.y - head * Math.sin(angle + by) })
  stroke(context, [from, to], colour)
  stroke(context, [corner(0.5), to, corner(-0.5)], colour)
}

/** Squares along the shorter side of what is blurred: what stood there is averaged away, not only softened. */
const SQUARES = 3

function drawBlur(context: Context, { area: { x, y, width, height } }: Extract<Operation, { kind: 'blur' }>, picture: OffscreenCanvas) {
  const square = Math.max(12, Math.min(width, height) / SQUARES)
  let small = copyOf(picture, { x, y, width, height })
  // Halved again and again: one large step would look at few of the pixels only.
  while (small.width / 2 >= width / square && small.height / 2 >= height / square && Math.min(small.width, small.height) > 2)
    small = scaled(small, Math.floor(small.width / 2), Math.floor(small.height / 2))
  small = scaled(small, Math.max(1, Math.round(width / square)), Math.max(1, Math.round(height / square)))
  context.imageSmoothingQuality = 'high'
  context.clearRect(x, y, width, height)
  context.drawImage(small, x, y, width, height)
}

function scaled(picture: OffscreenCanvas, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height)
  const context = contextOf(canvas)
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, 0, 0, width, height)
  return canvas
}
