import type { ImageType } from '../../../shared/attachments.ts'
import { base64ToBytes } from '../../../shared/base64.ts'
import { seenImage } from '../../../shared/images/seen.ts'
import { makeThumbnail, thumbnailSize } from '../../utils/images/thumbnail.ts'
import { decodeSeen } from '../../utils/images/upright.ts'

/** A picture's thumbnail and its size as it is seen, in pixels; undefined where its bytes tell none. @throws what the decoder throws */
export async function drawPicture(base64: string, mimeType: ImageType) {
  const bytes = base64ToBytes(base64)
  const seen = seenImage(bytes, mimeType)
  if (!seen)
    return undefined
  const bitmap = await decodeSeen(bytes, mimeType, thumbnailSize(seen))
  const thumbnail = await makeThumbnail(bitmap)
  bitmap.close()
  return { size: { width: seen.width, height: seen.height }, thumbnail }
}
