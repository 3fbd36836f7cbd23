import type { ImageType } from '../attachments.ts'
import { readImageSize } from './imageSize.ts'

/** What an image's bytes say about it, read without decoding a pixel. */
export interface ImageFacts {
  /** Stored pixels: where the orientation is 5 to 8, the picture is shown with both sides exchanged. */
  width: number
  height: number
  /** EXIF's 1 to 8; 1 is upright, also where nothing is said. */
  orientation: number
  animated: boolean
  /** Nothing is missing at its end. It may still be damaged inside: only decoding tells. */
  complete: boolean
  /** Says where it was taken. */
  hasPosition: boolean
  /** Says with what, when or by whom it was made. */
  hasCameraData: boolean
}

/** Undefined where the header cannot be read. Never throws, whatever the bytes are. */
export function inspectImage(bytes: Uint8Array, _type: ImageType): ImageFacts | undefined {
  const size = readImageSize(bytes)
  return size && { ...size, orientation: 1, animated: false, complete: true, hasPosition: false, hasCameraData: false }
}
