import sharp from 'sharp'
import { LIMITS, type ImageType, type Limits } from '../../../shared/attachments.ts'
import { base64Length } from '../../../shared/base64.ts'

export interface ReducedImage {
  bytes: Buffer
  mimeType: ImageType
}

/** Whether Claude would refuse the image as it is. */
export const needsReduction = ({ size, width, height }: { size: number, width: number | null, height: number | null }, { imageBase64Chars, imageEdge }: Limits): boolean =>
  base64Length(size) > imageBase64Chars || Math.max(width ?? 0, height ?? 0) > imageEdge

/** What a reduced image has at most, where the server's own limit is not lower still. */
export const reducedBytes = ({ imageBase64Chars }: Limits): number =>
  Math.min(LIMITS.reducedImageBytes, Math.floor(imageBase64Chars / 4) * 3)

/** Tried in turn until one is small enough; pixels of the longer side, and how good it has to look. */
const JPEG_STEPS = [
  { edge: LIMITS.imageEdge, quality: 88 },
  { edge: LIMITS.imageEdge, quality: 72 },
  { edge: 1568, quality: 70 },
  { edge: 1024, quality: 60 },
  { edge: 800, quality: 50 },
  { edge: 512, quality: 50 },
] as const

/**
 * Upright, and within what Claude takes: a PNG where that stays small, as screenshots do, else a JPEG, with white
 * where nothing was. Of an animation the first frame.
 * @throws where the bytes cannot be decoded
 */
export async function reduceImage(bytes: Buffer, limits: Limits): Promise<ReducedImage> {
  const most = reducedBytes(limits)
  const scaled = (edge: number) => sharp(bytes, { limitInputPixels: LIMITS.imageSourcePixels, failOn: 'truncated' })
    .autoOrient()
    .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })

  const png = await scaled(LIMITS.imageEdge).png({ compressionLevel: 6 }).toBuffer()
  if (png.length <= most)
    return { bytes: png, mimeType: 'image/png' }
  for (const { edge, quality } of JPEG_STEPS) {
    const jpeg = await scaled(edge).flatten({ background: 'white' }).jpeg({ quality, mozjpeg: false }).toBuffer()
    if (jpeg.length <= most)
      return { bytes: jpeg, mimeType: 'image/jpeg' }
  }
  throw new Error('the image does not become small enough')
}
