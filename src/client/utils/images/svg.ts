import { LIMITS } from '../../../shared/attachments.ts'
import type { OriginalImage } from '../../../shared/files/origins.ts'
import { FileRejectedError } from '../limits/rejection.ts'
import { checkImageSize } from '../limits/imageBytes.ts'
import { required } from '../../../shared/required.ts'

/** Pixels of the longer side of a drawing that is small or names no size: sharp enough to be read. */
const READABLE = 1000

/**
 * Draws an SVG as PNG. As the source of an `img` it runs no script and loads nothing; only a page can do
 * that, workers have no such element.
 * @returns the picture under the drawing's name, and what it was made from
 * @throws FileRejectedError
 */
export async function drawSvg(file: File): Promise<{ picture: File, drawnFrom: OriginalImage }> {
  checkImageSize(file.name, file.size)
  const url = URL.createObjectURL(new Blob([await file.arrayBuffer()], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const size = drawnSize(image.naturalWidth || 300, image.naturalHeight || 150)
    const canvas = Object.assign(document.createElement('canvas'), size)
    required(canvas.getContext('2d'), 'a canvas to draw on').drawImage(image, 0, 0, size.width, size.height)
    const png = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, 'image/png'))
    return { picture: new File([required(png, 'the drawn picture')], file.name, { type: 'image/png' }), drawnFrom: { format: 'SVG', ...size, size: file.size } }
  }
  catch (error) {
    console.warn(file.name, error)
    throw new FileRejectedError(await whyNotDrawn(file))
  }
  finally {
    URL.revokeObjectURL(url)
  }
}

/** What is no well-formed XML no program draws. */
async function whyNotDrawn(file: File): Promise<string> {
  const text = await file.text().catch(() => '')
  if (text && new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror'))
    return `${file.name} is damaged: it cannot be read as a drawing (SVG), because its end is missing or something in it is not as it should be.`
  return `${file.name} is a drawing (SVG) that could not be converted: export it as PNG and attach that.`
}

function drawnSize(width: number, height: number) {
  const longer = Math.max(width, height)
  const scale = Math.min(LIMITS.imageEdge, Math.max(longer, READABLE)) / longer
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
