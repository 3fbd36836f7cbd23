import { formatBytes, isImageMimeType, kindOf, LIMITS, TEXT_TYPE, type AttachmentKind, type MediaType } from '../../shared/attachments.ts'
import { readImageSize, type PixelSize } from '../../shared/images/imageSize.ts'
import { sniffForeignImage, sniffMediaType } from '../../shared/sniff.ts'
import { bytesToBase64 } from './base64.ts'
import { decodeText } from './textDecoding.ts'
import { makeThumbnail, type Thumbnail } from './thumbnail.ts'
import { uuid } from './uuid.ts'

/** A file of a draft, ready to be sent, as it lies in the browser's database. */
export interface DraftMedia {
  id: string
  sessionId: string
  name: string
  type: AttachmentKind
  mimeType: string
  /** base64 of an image or PDF; the plain text itself for `txt`. */
  base64: string
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Bytes as they will be sent: of the file, or of the text as UTF-8. */
  size?: number
  width?: number
  height?: number
}

/** A file that is not taken. The message is a sentence for the person: which file, why, what would work. */
export class FileRejectedError extends Error {
  override name = 'FileRejectedError'
}

const SUPPORTED = 'PNG, JPEG, GIF and WebP images, PDFs and text files'

/** The media type the bytes are, or undefined where it is none that can be sent. Names and `File.type` have no say. */
export function getFileType(bytes: Uint8Array): MediaType | undefined {
  return sniffMediaType(bytes) ?? (decodeText(bytes) === undefined ? undefined : TEXT_TYPE)
}

/**
 * Checks a file's bytes against what can be sent, and returns their media type.
 * @throws FileRejectedError
 */
export function validateFile(name: string, bytes: Uint8Array, claimedType = ''): MediaType {
  checkSize(name, bytes.length)
  const foreign = sniffForeignImage(bytes)
  if (foreign)
    throw new FileRejectedError(`${name} is a ${foreign} picture, which Claude does not read: export it as JPEG or PNG and attach that.`)
  const type = getFileType(bytes)
  if (!type)
    throw new FileRejectedError(`${name} cannot be attached: only ${SUPPORTED} can.`)
  if (type === TEXT_TYPE)
    refusePretender(name, claimedType)
  return type
}

/** @throws FileRejectedError before a byte of a file that is too large has to be read */
export function checkSize(name: string, size: number): void {
  if (size === 0)
    throw new FileRejectedError(`${name} is empty: there is nothing in it to attach.`)
  if (size > LIMITS.fileBytes)
    throw new FileRejectedError(`${name} has ${sizeOver(size)}; the limit is ${formatBytes(LIMITS.fileBytes)} for each file.`)
}

/** A size that rounds to the limit itself is told to the byte. */
function sizeOver(size: number) {
  const rounded = formatBytes(size)
  return rounded === formatBytes(LIMITS.fileBytes) ? `${size.toLocaleString('en')} bytes` : rounded
}

/** Text is taken under any name but one: a name or type that promises an image or a PDF. */
function refusePretender(name: string, claimedType: string) {
  const claim = /\.(png|jpe?g|gif|webp|heic|avif|tiff?|bmp)$/i.test(name) || claimedType.startsWith('image/') && !/svg/.test(claimedType)
    ? 'an image'
    : /\.pdf$/i.test(name) || claimedType === 'application/pdf' ? 'a PDF' : undefined
  if (claim)
    throw new FileRejectedError(`${name} is not ${claim}, although its name says so: it holds text.`)
  if (/\.svg$/i.test(name) || claimedType === 'image/svg+xml')
    throw new FileRejectedError(`${name} is an SVG drawing, which Claude does not read: export it as PNG and attach that.`)
}

/** @throws FileRejectedError where the file is gone, a folder, or not ours to read */
async function readBytes(file: File): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer())
  }
  catch {
    throw new FileRejectedError(`${file.name} could not be read: perhaps it was moved, or is a folder. Attach it again from where it is now.`)
  }
}

export async function fileToBase64(file: Blob): Promise<string> {
  return bytesToBase64(new Uint8Array(await file.arrayBuffer()))
}

/** The file's text whatever its encoding, or undefined where it is not text. */
export async function fileToText(file: Blob): Promise<string | undefined> {
  return decodeText(new Uint8Array(await file.arrayBuffer()))
}

export interface ProcessedFile {
  media: DraftMedia
  thumbnail?: Thumbnail
}

/**
 * Validates and encodes a file, at once: what a screenshot tool hands over may be gone a moment later.
 * @throws FileRejectedError
 */
export async function processFile(file: File, sessionId: string, id = uuid()): Promise<ProcessedFile> {
  checkSize(file.name, file.size)
  const bytes = await readBytes(file)
  const mimeType = validateFile(file.name, bytes, file.type)
  const media = { id, sessionId, name: file.name, type: kindOf(mimeType), mimeType, createdAt: Date.now() }

  if (isImageMimeType(mimeType)) {
    const { width, height } = imageSize(file.name, bytes)
    const thumbnail = await decodeImage(file.name, new Blob([bytes], { type: mimeType }))
    return { media: { ...media, base64: bytesToBase64(bytes), size: bytes.length, width, height }, thumbnail }
  }
  if (mimeType === TEXT_TYPE) {
    const text = decodeText(bytes)!
    if (!text.trim())
      throw new FileRejectedError(`${file.name} holds nothing but white space: there is nothing in it to attach.`)
    return { media: { ...media, base64: text, size: new TextEncoder().encode(text).length } }
  }
  return { media: { ...media, base64: bytesToBase64(bytes), size: bytes.length } }
}

function imageSize(name: string, bytes: Uint8Array): PixelSize {
  const size = readImageSize(bytes)
  if (!size)
    throw new FileRejectedError(`${name} is damaged: it cannot be read as an image.`)
  return size
}

/** Decoding for the thumbnail is also the proof that the image is one. */
async function decodeImage(name: string, image: Blob): Promise<Thumbnail> {
  try {
    return await makeThumbnail(image)
  }
  catch {
    throw new FileRejectedError(`${name} is damaged: it cannot be shown as an image.`)
  }
}
