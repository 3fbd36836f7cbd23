import { FORMATS } from '../../src/shared/images/formats.ts'
import type { PixelSize } from '../../src/shared/images/segment.ts'

/**
 * Reads width and height, in stored pixels (EXIF orientation not applied), from the header of a
 * PNG, JPEG, GIF or WebP. Undefined where the header is damaged or the type is another.
 */
export function readImageSize(bytes: Uint8Array): PixelSize | undefined {
  for (const format of Object.values(FORMATS)) {
    const size = format.size(bytes, format.segments(bytes))
    if (size)
      return size
  }
  return undefined
}
