import type { ImageType } from '../../../shared/attachments.ts'
import { base64Length } from '../../../shared/base64.ts'
import { imageBase64Chars } from '../limits/serverLimits.ts'
import { fitInto } from './imageDecoding.ts'

type Encoding = [type: ImageType, quality?: number]

/**
 * In the order in which they are tried, by what the picture was: what is sharp stays sharp (PNG) as long
 * as it fits, photos stay small (JPEG), and what may be transparent is never made a JPEG.
 */
const ENCODINGS: Record<'sharp' | 'photo' | 'either', Encoding[]> = {
  sharp: [['image/png'], ['image/webp', 0.95], ['image/webp', 0.85]],
  photo: [['image/jpeg', 0.92], ['image/jpeg', 0.85], ['image/jpeg', 0.75]],
  either: [['image/webp', 0.92], ['image/webp', 0.85], ['image/png']],
}

export type ImageNature = keyof typeof ENCODINGS

/** How much smaller it is drawn when no encoding fits; the last is small enough for any noise. */
const SCALES = [1, 0.75, 0.5, 0.25]

/** Draws and encodes a picture so that it is within the limit, as sharp as it can be there. */
export async function encodeToFit(bitmap: ImageBitmap, nature: ImageNature, maxChars: number = imageBase64Chars()): Promise<{ blob: Blob, width: number, height: number }> {
  for (const scale of SCALES) {
    const { width, height } = fitInto(bitmap, Math.max(bitmap.width, bitmap.height) * scale)
    const canvas = draw(bitmap, width, height)
    for (const [type, quality] of ENCODINGS[nature]) {
      const blob = await canvas.convertToBlob({ type, quality })
      // A browser that cannot write a type writes PNG instead, and says so only in the result.
      if (blob.type === type && base64Length(blob.size) <= maxChars)
        return { blob, width, height }
    }
  }
  throw new Error('no encoding of this picture is small enough')
}

function draw(bitmap: ImageBitmap, width: number, height: number): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context)
    throw new Error('no 2d context')
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  return canvas
}
