import type { Operation, Point, Rectangle } from '../../../../shared/files/edits.ts'
import { draw } from '../../../utils/images/editing/drawing.ts'

interface Beside {
  /** What is being drawn. */
  operation?: Operation
  /** Where the keyboard points. */
  cursor?: Point
  /** Pixels of the picture in one CSS pixel. */
  scale: number
}

/** Shows a picture on the screen, with what is being drawn on it. The picture stays as it is. */
export function paint(canvas: HTMLCanvasElement, picture: OffscreenCanvas, { operation, cursor, scale }: Beside): void {
  if (canvas.width !== picture.width || canvas.height !== picture.height)
    Object.assign(canvas, { width: picture.width, height: picture.height })
  const context = canvas.getContext('2d')
  if (!context)
    throw new Error('no 2d context')
  context.clearRect(0, 0, canvas.width, canvas.height)
  context.drawImage(picture, 0, 0)
  if (operation?.kind === 'crop')
    shade(context, operation.area, scale)
  else if (operation)
    draw(context, operation, picture)
  if (cursor)
    cross(context, cursor, scale)
}

/** What will be cut away is darker. */
function shade(context: CanvasRenderingContext2D, { x, y, width, height }: Rectangle, scale: number) {
  context.save()
  context.beginPath()
  context.rect(0, 0, context.canvas.width, context.canvas.height)
  context.rect(x, y, width, height)
  context.fillStyle = 'rgb(0 0 0 / 55%)'
  context.fill('evenodd')
  context.strokeStyle = 'white'
  context.lineWidth = scale
  context.strokeRect(x, y, width, height)
  context.restore()
}

/** Black and white, to be seen on any ground. */
function cross(context: CanvasRenderingContext2D, { x, y }: Point, scale: number) {
  const arm = 12 * scale
  for (const [colour, line] of [['white', 4], ['black', 2]] as const) {
    context.strokeStyle = colour
    context.lineWidth = line * scale
    context.beginPath()
    context.moveTo(x - arm, y)
    context.lineTo(x + arm, y)
    context.moveTo(x, y - arm)
    context.lineTo(x, y + arm)
    context.stroke()
  }
}
