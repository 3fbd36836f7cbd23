import type { ImageType } from '../../../../shared/attachments.ts'
import { seenImage } from '../../../../shared/images/seen.ts'
import { decodeSeen } from '../upright.ts'

/** A picture as Claude sees it, in its own size. @throws where it cannot be read */
export async function decodePicture(bytes: Uint8Array<ArrayBuffer>, mimeType: ImageType): Promise<ImageBitmap> {
  const seen = seenImage(bytes, mimeType)
  if (!seen)
    throw new Error('it cannot be read as a picture')
  return decodeSeen(bytes, mimeType, seen)
}
