import { isImageMimeType } from '../../../shared/attachments.ts'
import type { ReadFrom } from '../../../shared/files/origins.ts'
import { base64ToBytes } from '../../../shared/base64.ts'
import type { TextReading } from '../../../shared/text/readText.ts'
import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import type { Thumbnail } from '../../utils/images/thumbnail.ts'
import { loadPart } from '../../utils/network/loadPart.ts'
import type { DraftThumbnail } from '../../utils/storage/draftSchema.ts'

/** What is shown of a media: all but its bytes. */
export function toThumbnail(media: DraftMedia, thumbnail?: Thumbnail): DraftThumbnail {
  const { base64, readFrom, reading, given: _, ...view } = media
  const of = { ...readFrom && { readFrom: withoutBytes(readFrom) }, ...reading && { reading: readingOf(reading) } }
  return { ...view, ...of, size: media.size ?? byteLength(media.type, base64), thumbnail }
}

const withoutBytes = ({ what, mimeType, size }: ReadFrom): ReadFrom => ({ what, mimeType, size })

const readingOf = ({ encoding, certain, replaced, marked }: TextReading): TextReading => ({ encoding, certain, replaced, ...marked && { marked } })

function byteLength(type: DraftMedia['type'], base64: string) {
  return type === 'txt' ? new TextEncoder().encode(base64).length : base64ToBytes(base64).length
}

/** For a media without a picture, as an older version saved it: without one still where it cannot be decoded. */
export async function drawThumbnail(media: DraftMedia): Promise<DraftThumbnail> {
  const { base64, mimeType } = media
  if (!isImageMimeType(mimeType) || media.stored)
    return toThumbnail(media)
  try {
    // Few medias need it: the first load does without what decodes pictures.
    const { drawPicture } = await loadPart(() => import('./drawPicture.ts'))
    const picture = await drawPicture(base64, mimeType)
    return picture ? toThumbnail({ ...media, ...picture.size }, picture.thumbnail) : toThumbnail(media)
  }
  catch (error) {
    console.warn(`${media.name} has no thumbnail.`, error)
    return toThumbnail(media)
  }
}
