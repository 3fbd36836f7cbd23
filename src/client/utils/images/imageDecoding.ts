import { LIMITS, type ImageType } from '../../../shared/attachments.ts'
import type { PixelSize } from '../../../shared/images/segment.ts'

/** Width and height of a picture brought into a square of `edge` pixels; never larger than it is. */
export function fitInto({ width, height }: PixelSize, edge: number): PixelSize {
  const scale = Math.min(1, edge / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Upright, at a given size: browsers scale while they decode, which spares the memory of the whole picture. */
export function decodeAt(image: Blob, { width, height }: PixelSize, resizeQuality: ResizeQuality = 'high'): Promise<ImageBitmap> {
  return createImageBitmap(image, { imageOrientation: 'from-image', resizeWidth: width, resizeHeight: height, resizeQuality })
}

/** Whether this browser decodes bytes where they are; others take them through a Blob, which costs two copies more. */
export const decodesBytes = (): boolean => typeof ImageDecoder !== 'undefined'

/** As `decodeAt`, of bytes that are here, for a picture that does not move and needs no turning. */
export async function decodeBytesAt(data: Uint8Array<ArrayBuffer>, type: ImageType, { width, height }: PixelSize, resizeQuality: ResizeQuality): Promise<ImageBitmap> {
  const decoder = new ImageDecoder({ data, type })
  try {
    const { image } = await decoder.decode()
    try {
      return await createImageBitmap(image, { resizeWidth: width, resizeHeight: height, resizeQuality })
    }
    finally {
      image.close()
    }
  }
  finally {
    decoder.close()
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
