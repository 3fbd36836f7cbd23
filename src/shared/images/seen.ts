import type { ImageType } from '../attachments.ts'
import { inspectImage, type ImageFacts } from './inspectImage.ts'
import { hidesStill } from './png.ts'
import type { PixelSize } from './segment.ts'

/** What a person and Claude see of an image that is sent as it is. */
export interface SeenImage {
  /** Pixels, as it is shown: with both sides exchanged where its orientation says so and programs follow it. */
  width: number
  height: number
  /** It moves; Claude sees only one picture of it. */
  animated: boolean
  /** That one is none of those that move: who plays the file never sees it. PNG only. */
  hidesStill: boolean
  /** It says that it has to be turned, and is shown as it is stored. */
  sideways: boolean
}

/** Undefined where its header cannot be read. Never throws, whatever the bytes are. */
export function seenImage(bytes: Uint8Array, type: ImageType): SeenImage | undefined {
  const facts = inspectImage(bytes, type)
  return facts && seenOf(bytes, type, facts)
}

export function seenOf(bytes: Uint8Array, type: ImageType, facts: ImageFacts): SeenImage {
  const { width, height, orientation, animated } = facts
  const sideways = type === 'image/webp' && orientation !== 1 // programs that show WebP mostly do not look at it
  return {
    ...sideways ? { width, height } : upright(facts),
    animated,
    hidesStill: animated && type === 'image/png' && hidesStill(bytes),
    sideways,
  }
}

/** Width and height of a picture that is turned as it says: orientations 5 to 8 lie on their side. */
export const upright = ({ width, height, orientation }: PixelSize & { orientation: number }): PixelSize =>
  orientation >= 5 ? { width: height, height: width } : { width, height }
