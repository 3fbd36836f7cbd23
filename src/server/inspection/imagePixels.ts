import { LIMITS, type ImageType, type Limits } from '../../shared/attachments.ts'
import { foreignPhrase } from '../../shared/images/foreign/phrases.ts'
import { inspectImage, type ImageFacts } from '../../shared/images/inspectImage.ts'
import { seenOf, type SeenImage } from '../../shared/images/seen.ts'
import { unusualJpeg } from '../../shared/images/jpegKind.ts'
import type { Refuse } from '../errors/rejectedFile.ts'
import { needsReduction } from './decoders/imageReduction.ts'

/** How it is seen, with the size of that. */
export interface Look { width: number, height: number, seen: SeenImage }

/** Of an image that goes to the agent as it is. */
export function sentPixelsOf(bytes: Buffer, type: ImageType, refuse: Refuse): Look {
  const { width, height, complete, seen } = factsOf(bytes, type, refuse)
  if (Math.max(width, height) > LIMITS.imageEdge)
    throw refuse(413, `it has ${width} x ${height} pixels. Reduce it to at most ${LIMITS.imageEdge} pixels on its longer side.`)
  refuseIncomplete(complete, refuse)
  return lookOf(seen)
}

/** Of an image that is reduced for the agent where it has to be. */
export function givenPixelsOf(bytes: Buffer, type: ImageType, refuse: Refuse, limits: Limits): Look {
  const { width, height, complete, seen } = factsOf(bytes, type, refuse)
  if (needsReduction({ size: bytes.length, width, height }, limits) && width * height > LIMITS.imageSourcePixels)
    throw refuse(413, `it has ${width} x ${height} pixels, more than the ${LIMITS.imageSourcePixels.toLocaleString('en')} that can be reduced here.`)
  refuseIncomplete(complete, refuse)
  return lookOf(seen)
}

const lookOf = (seen: SeenImage): Look => ({ width: seen.width, height: seen.height, seen })

function factsOf(bytes: Buffer, type: ImageType, refuse: Refuse): ImageFacts & { seen: SeenImage } {
  const unusual = type === 'image/jpeg' && unusualJpeg(bytes)
  if (unusual)
    throw refuse(415, `it is ${foreignPhrase(unusual)}, which Claude does not open. Save it as an ordinary JPEG or as PNG.`)
  const facts = inspectImage(bytes, type)
  if (!facts)
    throw refuse(422, 'the image is damaged: its size cannot be read.')
  return { ...facts, seen: seenOf(bytes, type, facts) }
}

function refuseIncomplete(complete: boolean, refuse: Refuse) {
  if (!complete)
    throw refuse(422, 'the image is damaged: its end is missing.')
}
