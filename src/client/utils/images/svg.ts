import { LIMITS } from '../../../shared/attachments.ts'
import { FileRejectedError } from '../limits/rejection.ts'

/** Pixels of the longer side of a drawing that is small or names no size: sharp enough to be read. */
const READABLE = 1000

export const isSvg = (file: File): boolean => file.type === 'image/svg+xml' || /\.svg$/i.test(file.name)

/**
 * Draws an SVG as PNG. As the source of an `img` it runs no script and loads nothing; only a page can do
 * that, workers have no such element.
 * @throws FileRejectedError
 */
export async function drawSvg(file: File): Promise<File> {
  const url = URL.createObjectURL(new Blob([await file.arrayBuffer()], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const size = drawnSize(image.naturalWidth || 300, image.naturalHeight || 150)
    const canvas = Object.assign(document.createElement('canvas'), size)
    canvas.getContext('2d')!.drawImage(image, 0, 0, size.width, size.height)
    const png = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'))
    return new File([png!], file.name, { type: 'image/png' })
  }
  catch (error) {
    console.warn(file.name, error)
    throw new FileRejectedError(`${file.name} is a drawing (SVG) that could not be converted: export it as PNG and attach that.`)
  }
  finally {
    URL.revokeObjectURL(url)
  }
}

function drawnSize(width: number, height: number) {
  const longer = Math.max(width, height)
  const scale = Math.min(LIMITS.imageEdge, Math.max(longer, READABLE)) / longer
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
