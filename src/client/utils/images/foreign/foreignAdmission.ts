import { inspectForeign } from '../../../../shared/images/foreign/inspectForeign.ts'
import type { ForeignFacts } from '../../../../shared/images/foreign/foreignFacts.ts'
import { foreignRemedy } from '../../../../shared/images/foreign/kinds.ts'
import { foreignPhrase, type ForeignImage } from '../../../../shared/images/foreign/phrases.ts'
import { inspectTiff } from '../../../../shared/images/foreign/tiff.ts'
import { FileRejectedError } from '../../limits/rejection.ts'
import { MissingPartError } from '../../network/loadPart.ts'
import { encode, refuseTooManyPixels, type AdmittedImage } from '../imageAdmission.ts'
import { decodeBy, hasDecoder, type Decoded, type DecoderName } from './decoders.ts'
import { reduce } from '../imageDecoding.ts'
import type { ImageNature } from '../imageEncoding.ts'
import { makeThumbnail } from '../thumbnail.ts'

/**
 * Where the libraries run that open what browsers do not.
 * @param pixels about how many there are; 0 where its header does not say
 */
export type DecodeApart = (name: DecoderName, bytes: Uint8Array<ArrayBuffer>, pixels: number) => Promise<Decoded>

/** Browsers of today open these: where one does not, it is the file's fault. */
const OPENED_BY_BROWSERS: readonly ForeignImage[] = ['AVIF', 'BMP', 'ICO', 'CUR']
/** A browser that opens the beginning of what is cut shows half a picture without a word. */
const NEVER_CUT: readonly ForeignImage[] = ['AVIF', 'HEIC', 'TIFF']

/**
 * A picture of a kind that Claude does not take, converted by the browser where it can, else by a library.
 * @throws FileRejectedError; a MissingPartError where that library did not come, which is not the file's fault
 */
export async function admitForeignImage(name: string, bytes: Uint8Array<ArrayBuffer>, kind: ForeignImage, decodeApart: DecodeApart = decodeBy): Promise<AdmittedImage> {
  const facts = inspectForeign(bytes, kind)
  if (facts.size)
    refuseTooManyPixels(name, facts.size)
  if (!facts.complete && NEVER_CUT.includes(kind))
    throw cut(name)
  if (kind === 'TIFF' && inspectTiff(bytes).raw)
    throw notConverted(name, 'camera raw')

  const decoded = await decode(name, bytes, kind, facts, decodeApart)
  const { bitmap, width, height } = decoded
  refuseTooManyPixels(name, decoded)
  const original = { format: kind, width, height, size: bytes.length, ...facts.animated && { animated: true }, ...facts.pages > 1 && { pages: facts.pages } }
  const thumbnail = await makeThumbnail(bitmap)
  return { ...await encode(bitmap, NATURES[kind] ?? 'sharp'), original, thumbnail }
}

async function decode(name: string, bytes: Uint8Array<ArrayBuffer>, kind: ForeignImage, facts: ForeignFacts, decodeApart: DecodeApart): Promise<Decoded> {
  try {
    const whole = await createImageBitmap(new Blob([bytes], { type: TYPES[kind] ?? '' }))
    const { width, height } = whole
    return { bitmap: await reduce(whole), width, height }
  }
  catch {
    // this browser does not know it, or nobody can open it
  }
  if (!facts.complete)
    throw cut(name)
  if (!hasDecoder(kind))
    throw OPENED_BY_BROWSERS.includes(kind) ? unreadable(name, kind) : notConverted(name, kind)
  try {
    return await decodeApart(kind, bytes, facts.size ? facts.size.width * facts.size.height : 0)
  }
  catch (error) {
    if ((error as Error).name === 'AbortError' || error instanceof MissingPartError)
      throw error
    console.warn(name, error)
    throw unreadable(name, kind)
  }
}

const cut = (name: string) => new FileRejectedError(`${name} is damaged: it cannot be read as an image, because its end is missing.`)

const notConverted = (name: string, kind: ForeignImage) =>
  new FileRejectedError(`${name} is ${foreignPhrase(kind)} that this browser cannot convert: ${foreignRemedy(kind)}`, { fitsFolder: true })

const unreadable = (name: string, kind: ForeignImage) =>
  new FileRejectedError(`${name} is ${foreignPhrase(kind)} that cannot be opened here: it is damaged, or of a rare kind. If another program shows it, export it as JPEG or PNG and attach that.`)

/** What browsers want to hear before they look at the bytes. */
const TYPES: Partial<Record<ForeignImage, string>> = { AVIF: 'image/avif', HEIC: 'image/heic', TIFF: 'image/tiff', BMP: 'image/bmp', ICO: 'image/x-icon', CUR: 'image/x-icon' }

/** What is a photo, and what may be; the others are sharp. */
const NATURES: Partial<Record<ForeignImage, ImageNature>> = { HEIC: 'photo', AVIF: 'either' }
