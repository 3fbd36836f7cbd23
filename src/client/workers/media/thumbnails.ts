import { isImageMimeType, type ReadFrom } from '../../../shared/attachments.ts'
import { base64ToBytes } from '../../../shared/base64.ts'
import type { TextReading } from '../../../shared/text/readText.ts'
import { seenImage } from '../../../shared/images/seen.ts'
import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import { makeThumbnail, thumbnailSize, type Thumbnail } from '../../utils/images/thumbnail.ts'
import { decodeSeen } from '../../utils/images/upright.ts'
import type { DraftThumbnail } from '../../utils/storage/draftSchema.ts'

/** What is shown of a media: all but its bytes. */
export function toThumbnail(media: DraftMedia, thumbnail?: Thumbnail): DraftThumbnail {
  const { base64, readFrom, reading, ...view } = media
  const of = { ...readFrom && { readFrom: withoutBytes(readFrom) }, ...reading && { reading: readingOf(reading) } }
  return { ...view, ...of, size: media.size ?? byteLength(media.type, base64), thumbnail }
}

const withoutBytes = ({ what, mimeType, size }: ReadFrom): ReadFrom => ({ what, mimeType, size })

const readingOf = ({ encoding, certain, replaced }: TextReading): TextReading => ({ encoding, certain, replaced })

function byteLength(type: DraftMedia['type'], base64: string) {
  return type === 'txt' ? new TextEncoder().encode(base64).length : base64ToBytes(base64).length
}

/** For a media that an older version saved: without a picture where it cannot be decoded. */
export async function drawThumbnail(media: DraftMedia): Promise<DraftThumbnail> {
  if (!isImageMimeType(media.mimeType))
    return toThumbnail(media)
  try {
    const bytes = base64ToBytes(media.base64)
    const seen = seenImage(bytes, media.mimeType)
    if (!seen)
      return toThumbnail(media)
    const { width, height } = seen
    const bitmap = await decodeSeen(bytes, media.mimeType, thumbnailSize(seen))
    const thumbnail = await makeThumbnail(bitmap)
    bitmap.close()
    return toThumbnail({ ...media, width, height }, thumbnail)
  }
  catch (error) {
    console.warn(`${media.name} has no thumbnail.`, error)
    return toThumbnail(media)
  }
}
