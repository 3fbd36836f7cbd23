import type { PixelSize } from '../segment.ts'

/** What the bytes of a picture that Claude does not take say about it, read without decoding a pixel. */
export interface ForeignFacts {
  /** Stored pixels of what is converted. Undefined where its header does not say, or is not read here. */
  size?: PixelSize
  /** False where the file ends before what it announces. */
  complete: boolean
  /** It holds more than one picture, shown one after the other. */
  animated: boolean
  /** Pages, of which the first is converted. */
  pages: number
}

/** Of a kind whose insides are not read here. */
export const UNREAD: ForeignFacts = { complete: true, animated: false, pages: 1 }
