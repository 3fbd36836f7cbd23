import { LIMITS, type ImageType } from '../../../shared/attachments.ts'
import { base64Length } from '../../../shared/base64.ts'
import type { OriginalImage } from '../../../shared/files/origins.ts'
import { seenOf, upright, type SeenImage } from '../../../shared/images/seen.ts'
import { inspectImage, type ImageFacts } from '../../../shared/images/inspectImage.ts'
import { FileRejectedError } from '../limits/rejection.ts'
import { imageBase64Chars } from '../limits/serverLimits.ts'
import { fitInto } from './imageDecoding.ts'
import { encodeToFit, type ImageNature } from './imageEncoding.ts'
import { makeThumbnail, thumbnailSize, type Thumbnail } from './thumbnail.ts'
import { decodeSeen, decodeUpright } from './upright.ts'

/** A picture in the form in which it is sent. */
export interface AdmittedImage {
  bytes: Uint8Array<ArrayBuffer>
  mimeType: ImageType
  /** As it is seen, upright. */
  width: number
  height: number
  animated?: boolean
  /** It says that it has to be turned, and Claude may see it as it lies. */
  sideways?: boolean
  hasPosition?: boolean
  /** Set where the bytes are not the ones that were given. */
  original?: OriginalImage
  thumbnail: Thumbnail
}

/**
 * A picture of a type that Claude takes: untouched if it is within the limits, else reduced to them. A WebP that
 * has to be turned is turned: not every program looks at its orientation, and it would lie on its side there.
 * @param drawn its thumbnail, where all of it was decoded already, as a browser does without looking closely
 * @throws FileRejectedError
 */
export async function admitImage(name: string, bytes: Uint8Array<ArrayBuffer>, type: ImageType, drawn?: Thumbnail): Promise<AdmittedImage> {
  const facts = wholeFacts(name, bytes, type)
  const shown = upright(facts)
  refuseTooManyPixels(name, shown)

  const seen = seenOf(bytes, type, facts)
  const fits = Math.max(shown.width, shown.height) <= LIMITS.imageEdge && base64Length(bytes.length) <= imageBase64Chars()
  const untouched = fits && (!seen.sideways || facts.animated) // once turned, an animation would end with its first frame
  try {
    return untouched
      ? asGiven(bytes, type, facts, seen, await thumbnailOf(bytes, type, facts, seen, drawn))
      : await reduced(bytes, type, facts, seen)
  }
  catch (error) {
    console.warn(name, error)
    throw new FileRejectedError(`${name} is damaged: it cannot be shown as an image.`)
  }
}

/** Where it was drawn before as it is seen, nothing is decoded again. */
async function thumbnailOf(bytes: Uint8Array<ArrayBuffer>, type: ImageType, facts: ImageFacts, seen: SeenImage, drawn?: Thumbnail): Promise<Thumbnail> {
  if (drawn && isPlain(facts))
    return drawn
  const bitmap = await decodeSeen(bytes, type, thumbnailSize(seen), 'medium')
  const thumbnail = await makeThumbnail(bitmap)
  bitmap.close()
  return thumbnail
}

async function reduced(bytes: Uint8Array<ArrayBuffer>, type: ImageType, facts: ImageFacts, { sideways }: SeenImage): Promise<AdmittedImage> {
  const shown = upright(facts)
  const bitmap = await decodeUpright(bytes, type, facts.orientation, fitInto(shown, LIMITS.imageEdge))
  const thumbnail = await makeThumbnail(bitmap)
  const original = { format: FORMATS[type], ...shown, size: bytes.length, ...sideways && { turned: true }, ...facts.animated && { animated: true } }
  return { ...await encode(bitmap, NATURES[type]), original, thumbnail }
}

/** A browser shows it as Claude sees it, without looking closely. */
const isPlain = ({ orientation, animated }: ImageFacts) => orientation === 1 && !animated

function asGiven(bytes: Uint8Array<ArrayBuffer>, type: ImageType, { hasPosition }: ImageFacts, { width, height, animated, sideways }: SeenImage, thumbnail: Thumbnail): AdmittedImage {
  return { bytes, mimeType: type, width, height, animated, ...sideways && { sideways }, hasPosition, thumbnail }
}

function wholeFacts(name: string, bytes: Uint8Array, type: ImageType) {
  const facts = inspectImage(bytes, type)
  if (!facts?.complete)
    throw new FileRejectedError(`${name} is damaged: it cannot be read as an image${facts ? ', because its end is missing' : ''}.`)
  return facts
}

/** Characters of base64 and pixels of the longer side of a picture that is asked to be small. */
export const SMALL_CHARS = 400_000
export const SMALL_EDGE = 1568

/** A picture that was admitted, made smaller still. */
export async function makeSmaller(bytes: Uint8Array<ArrayBuffer>, { mimeType, width = 0, height = 0, size = 0, animated, original }: SentImage): Promise<AdmittedImage> {
  const type = mimeType as ImageType
  const facts = inspectImage(bytes, type) ?? { width, height, orientation: 1 }
  const bitmap = await decodeUpright(bytes, type, facts.orientation, fitInto(upright(facts), SMALL_EDGE))
  const thumbnail = await makeThumbnail(bitmap)
  const before = original ?? { format: FORMATS[type], width, height, size, ...animated && { animated } }
  return { ...await encode(bitmap, 'either', SMALL_CHARS), animated: undefined, sideways: undefined, original: before, thumbnail }
}

interface SentImage { mimeType: string, width?: number, height?: number, size?: number, animated?: boolean, original?: OriginalImage }

/** What is sharp and what is a photo, as far as the format tells. */
export const NATURES: Record<ImageType, ImageNature> = {
  'image/png': 'sharp',
  'image/gif': 'sharp',
  'image/jpeg': 'photo',
  'image/webp': 'either',
}
const FORMATS: Record<ImageType, string> = { 'image/png': 'PNG', 'image/gif': 'GIF', 'image/jpeg': 'JPEG', 'image/webp': 'WebP' }

/** Takes the bitmap and closes it. */
export async function encode(bitmap: ImageBitmap, nature: ImageNature, maxChars?: number) {
  const { blob, width, height } = await encodeToFit(bitmap, nature, maxChars)
  bitmap.close()
  return { bytes: new Uint8Array(await blob.arrayBuffer()), mimeType: blob.type as ImageType, width, height }
}

/** Before a pixel is decoded: half a megabyte can unfold to sixteen gigabytes. */
export function refuseTooManyPixels(name: string, { width, height }: { width: number, height: number }) {
  if (width * height <= LIMITS.imageSourcePixels)
    return
  const pixels = `${width.toLocaleString('en')} × ${height.toLocaleString('en')}`
  throw new FileRejectedError(`${name} has ${pixels} pixels, more than can be opened safely (${LIMITS.imageSourcePixels / 1e6} million). Make it smaller, or cut out what matters, and attach that.`)
}
