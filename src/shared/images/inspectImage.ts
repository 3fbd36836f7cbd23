import type { ImageType } from '../attachments.ts'
import { FORMATS } from './formats.ts'
import { readMetadata } from './metadata.ts'
import { listSegments } from './segment.ts'

/** What an image's bytes say about it, read without decoding a pixel. */
export interface ImageFacts {
  /** Stored pixels: where the orientation is 5 to 8, the picture is shown with both sides exchanged. */
  width: number
  height: number
  /** EXIF's 1 to 8; 1 is upright, also where nothing is said. Not every decoder follows it: Chromium shows a WebP as stored. */
  orientation: number
  /** It holds more than one picture, shown one after the other. */
  animated: boolean
  /** Nothing is missing at its end. It may still be damaged inside: only decoding tells. */
  complete: boolean
  /** Says where it was taken, or holds metadata in a form that is not opened here and may say so. */
  hasPosition: boolean
  /** Says with what, when or by whom it was made. */
  hasCameraData: boolean
}

/** Undefined where the header cannot be read or is that of another type. Never throws, whatever the bytes are. */
export function inspectImage(bytes: Uint8Array, type: ImageType): ImageFacts | undefined {
  const format = FORMATS[type]
  const segments = listSegments(format, bytes)
  const size = format.size(bytes, segments)
  if (!size)
    return undefined
  const { orientation = 1, hasPosition, hasCameraData } = readMetadata(bytes, segments)
  return {
    ...size,
    orientation,
    animated: format.isAnimated(bytes, segments),
    complete: format.isComplete(segments),
    hasPosition,
    hasCameraData,
  }
}
