import { LIMITS } from '../../../shared/attachments.ts'
import type { PixelSize } from '../../../shared/images/imageSize.ts'
import type { ForeignImage } from '../../../shared/sniff.ts'
import { loadPart } from '../network/loadPart.ts'

/** Width and height of a picture brought into a square of `edge` pixels; never larger than it is. */
export function fitInto({ width, height }: PixelSize, edge: number): PixelSize {
  const scale = Math.min(1, edge / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Upright, at a given size: browsers scale while they decode, which spares the memory of the whole picture. */
export function decodeAt(image: Blob, { width, height }: PixelSize, resizeQuality: ResizeQuality = 'high'): Promise<ImageBitmap> {
  return createImageBitmap(image, { imageOrientation: 'from-image', resizeWidth: width, resizeHeight: height, resizeQuality })
}

/**
 * A picture in a format that Claude does not take, decoded by the browser where it can, and HEIC by a
 * library where it cannot. Undefined where neither can.
 */
export async function decodeForeign(image: Blob, format: ForeignImage): Promise<ImageBitmap | undefined> {
  try {
    return await createImageBitmap(image)
  }
  catch {
    return format === 'HEIC' ? decodeHeic(image) : undefined // this browser does not know it
  }
}

export const loadHeicConverter = () => loadPart(() => import('heic-to/csp'))

/** @throws MissingPartError */
async function decodeHeic(image: Blob): Promise<ImageBitmap | undefined> {
  const { heicTo } = await loadHeicConverter()
  try {
    return await heicTo({ blob: image, type: 'bitmap' })
  }
  catch (error) {
    console.warn('This HEIC picture could not be converted.', error)
    return undefined
  }
}

/** A decoded picture, not larger than what is sent. Takes the bitmap and closes it. */
export async function reduce(bitmap: ImageBitmap, edge: number = LIMITS.imageEdge): Promise<ImageBitmap> {
  const size = fitInto(bitmap, edge)
  if (size.width === bitmap.width && size.height === bitmap.height)
    return bitmap
  const reduced = await createImageBitmap(bitmap, { resizeWidth: size.width, resizeHeight: size.height, resizeQuality: 'high' })
  bitmap.close()
  return reduced
}
