import type { ImageType } from '../attachments.ts'
import { orientationExif } from './exif.ts'
import { FORMATS } from './formats.ts'
import { inspectImage } from './inspectImage.ts'
import { joined, listSegments } from './segment.ts'

/**
 * The same picture without position and camera data. Nothing is re-encoded: the bytes of its pixels are the
 * same, and so are its colours and its orientation. What has nothing to remove is returned as it is, and so is
 * what `inspectImage` cannot read, and every GIF. Never throws.
 */
export function stripMetadata<B extends ArrayBufferLike>(bytes: Uint8Array<B>, type: ImageType): Uint8Array<B | ArrayBuffer> {
  const format = FORMATS[type]
  const facts = inspectImage(bytes, type)
  const segments = listSegments(format, bytes)
  if (!facts || !format.exifSegment || segments.every(({ content }) => content === 'picture'))
    return bytes

  const upright = facts.orientation === 1 ? [] : [format.exifSegment(orientationExif(facts.orientation))]
  const firstExif = segments.find(({ content }) => content === 'exif')
  const stripped = joined(segments.flatMap((segment) => {
    if (segment.content === 'picture')
      return [bytes.subarray(segment.start, segment.end)]
    return segment === firstExif ? upright : []
  }))
  format.correct?.(stripped, bytes)
  return stripped
}
