import { isImageMimeType, kindOf, LIMITS, PDF_TYPE, TEXT_TYPE, type AttachmentKind, type MediaType } from '../../../shared/attachments.ts'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { OriginalImage, ReadFrom } from '../../../shared/files/origins.ts'
import { bytesToBase64 } from '../../../shared/base64.ts'
import { sniffForeignImage } from '../../../shared/images/foreign/kinds.ts'
import type { ForeignImage } from '../../../shared/images/foreign/phrases.ts'
import { unusualJpeg } from '../../../shared/images/jpegKind.ts'
import { SNIFF_BYTES, sniffMediaType } from '../../../shared/sniff.ts'
import { isText, readText, type TextReading } from '../../../shared/text/readText.ts'
import { uuid } from '../../../shared/uuid.ts'
import { isCalledText, rejectMismatch } from './claimedType.ts'
import { checkOtherSize, checkPdfSize, checkSize } from './fileSize.ts'
import { fingerprint } from './fingerprint.ts'
import type { GivenForm } from './givenForm.ts'
import type { StoredFile } from './storedFile.ts'
import { admitOffice, isArchive, refuseOldOffice } from './officeDocument.ts'
import { readBytes } from './readBytes.ts'
import { admitForeignImage, type DecodeApart } from '../images/foreign/foreignAdmission.ts'
import { admitImage, type AdmittedImage } from '../images/imageAdmission.ts'
import { refuseMangled } from '../images/mangledImage.ts'
import type { Thumbnail } from '../images/thumbnail.ts'
import { admitPdf } from '../pdf/pdfAdmission.ts'
import { checkImageSize } from '../limits/imageBytes.ts'
import { FileRejectedError, notSupported } from '../limits/rejection.ts'
import { detectEncoding } from '../text/encodingDetector.ts'
import { admitText } from '../text/textAdmission.ts'

/** A file of a draft, ready to be sent, as it lies in the browser's database. */
export interface DraftMedia extends Pick<AttachmentView, 'width' | 'height' | 'pages' | 'restricted' | 'animated' | 'sideways' | 'hasPosition' | 'original' | 'edits' | 'caption'> {
  id: string
  sessionId: string
  name: string
  type: AttachmentKind
  mimeType: string
  /** base64 of an image, PDF or any other file; the plain text itself for `txt`. */
  base64: string
  /** Milliseconds since the epoch. */
  createdAt: number
  /** Bytes as they will be sent: of the file, or of the text as UTF-8. */
  size?: number
  /** A text that was read from an Office document, with that document as base64: it goes along into the agent's workspace. */
  readFrom?: ReadFrom & { base64: string }
  /** How a text that is not just UTF-8 was read, with its bytes as they were given: until it is sent it can be read in another way. */
  reading?: TextReading & { bytes: Uint8Array }
  /** What it was before the person changed it. */
  given?: GivenForm
  /** Of the file as it was given: the same again is noticed by it. Of what is sent as it was given it is taken when need be. */
  fingerprint?: string
  /** It is on the server already and is attached by reference: its bytes are not here. */
  stored?: StoredFile
}

/** The media type the bytes are, or undefined where it is none that can be sent. Names and `File.type` have no say. @public */
export function getFileType(bytes: Uint8Array): MediaType | undefined {
  return sniffMediaType(bytes) ?? (isText(bytes) ? TEXT_TYPE : undefined)
}

/**
 * Checks a file's bytes against what can be sent as it is, and returns their media type.
 * @throws FileRejectedError
 * @public
 */
export function validateFile(name: string, bytes: Uint8Array, claimedType = ''): MediaType {
  checkSize(name, bytes.length)
  const type = getFileType(bytes)
  if (type === TEXT_TYPE)
    rejectMismatch(name, claimedType)
  if (!type)
    throw new FileRejectedError(isCalledText(name, claimedType) ? `${name} is not text: it holds binary data.` : notSupported(name), { fitsFolder: true })
  return type
}

/** @public */
export async function fileToBase64(file: Blob): Promise<string> {
  return bytesToBase64(new Uint8Array(await file.arrayBuffer()))
}

/** The file's text whatever its encoding, or undefined where it is not text. @public */
export async function fileToText(file: Blob): Promise<string | undefined> {
  return (await readText(new Uint8Array(await file.arrayBuffer()), detectEncoding))?.text
}

export interface ProcessedFile {
  media: DraftMedia
  thumbnail?: Thumbnail
  /** Bytes of the file as it was given. */
  givenSize: number
}

export interface ImageWays {
  /** The drawing that the file was made from. */
  drawnFrom?: OriginalImage
  /** Where what browsers do not open is decoded; here, where nothing is said. */
  decodeApart?: DecodeApart
  /** How it looks, where the file itself was decoded already. */
  drawn?: Thumbnail
  /** All of its bytes, where they were read already. */
  read?: Uint8Array<ArrayBuffer>
}

/**
 * Validates, normalises and encodes a file, at once: what a screenshot tool hands over may be gone a moment later.
 * @throws FileRejectedError
 */
export async function processFile(file: File, sessionId: string, id = uuid(), { drawnFrom, read, ...ways }: ImageWays = {}): Promise<ProcessedFile> {
  const { name, size } = file // asked for once: each time a browser looks at the disk
  // What fits is read at once; of a larger one only the beginning, until it is known to be a picture.
  const whole = read ?? (size <= LIMITS.fileBytes ? await readBytes(name, file) : undefined)
  const head = whole ?? await readBytes(name, file.slice(0, SNIFF_BYTES))
  const sniffed = sniff(head)
  checkSniffedSize(name, size, head, sniffed)

  const bytes = whole ?? await readBytes(name, file)
  const given = { id, sessionId, name, createdAt: Date.now() }
  const { thumbnail, ...admitted } = await (sniffed.archive ? admitArchive(name, bytes) : admit(file, bytes, sniffed, ways))
  const media: DraftMedia = { ...given, ...admitted, ...drawnFrom && { original: drawnFrom } }
  return { media: isAsGiven(media) ? media : { ...media, fingerprint: await fingerprint(bytes) }, thumbnail, givenSize: bytes.length }
}

const isAsGiven = ({ type, original }: DraftMedia) => type !== 'txt' && !original

/** What the first bytes of a file tell. */
interface Sniffed { foreign?: ForeignImage, archive: boolean, type?: MediaType }

function sniff(head: Uint8Array): Sniffed {
  const archive = isArchive(head) // what is in it may begin as an image or a PDF does
  return { foreign: sniffForeignImage(head), archive, type: archive ? undefined : sniffMediaType(head) }
}

/** Pictures can be reduced; anything else that is too large is not even read. */
function checkSniffedSize(name: string, size: number, head: Uint8Array, { foreign, archive, type }: Sniffed) {
  if (foreign || (type && type !== PDF_TYPE))
    checkImageSize(name, size)
  else if (type === PDF_TYPE)
    checkPdfSize(name, size)
  else if (!archive || size > LIMITS.workspaceFileBytes)
    checkOtherSize(name, size, head, type)
}

type Admitted = Pick<DraftMedia, 'type' | 'mimeType' | 'base64' | 'size'> & Partial<DraftMedia> & { thumbnail?: Thumbnail }

async function admit(file: File, bytes: Uint8Array<ArrayBuffer>, { foreign, type }: Sniffed, { decodeApart, drawn }: ImageWays): Promise<Admitted> {
  const { name } = file
  const converted = type === 'image/jpeg' ? unusualJpeg(bytes) : foreign
  if (converted)
    return fromImage(await admitForeignImage(name, bytes, converted, decodeApart))
  if (type && isImageMimeType(type))
    return fromImage(await admitImage(name, bytes, type, drawn))
  refuseMangled(name, bytes)
  refuseOldOffice(name, bytes)
  const mimeType = type === PDF_TYPE ? PDF_TYPE : validateFile(name, bytes, file.type)
  const content = mimeType === PDF_TYPE ? await admitPdf(name, bytes) : await admitText(name, bytes, file.type)
  return { type: kindOf(mimeType), mimeType, ...content }
}

/** Of archives, Office documents are taken. */
async function admitArchive(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Admitted> {
  const document = await admitOffice(name, bytes)
  if (!document)
    throw new FileRejectedError(notSupported(name), { fitsFolder: true })
  return document
}

function fromImage({ bytes, ...image }: AdmittedImage): Admitted {
  return { type: 'image', ...image, base64: bytesToBase64(bytes), size: bytes.length }
}
