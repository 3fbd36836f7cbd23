import { createHash } from 'node:crypto'
import { base64Length, formatBytes, IMAGE_TYPES, isImageMimeType, LIMITS, type Limits, PDF_TYPE, TEXT_TYPE, type ImageType, type MediaType } from '../../shared/attachments.ts'
import type { SeenImage } from '../../shared/images/seen.ts'
import type { DocumentBlock, ImageBlock } from '../../shared/protocol/frames.ts'
import { sniffForeignImage } from '../../shared/images/foreign/kinds.ts'
import { sniffMediaType } from '../../shared/sniff.ts'
import { charsetOf, readText } from '../../shared/text/readText.ts'
import { decodeBase64, plainText } from './decoding.ts'
import { detectEncoding } from './encodingDetector.ts'
import { refuserOf, type Refuse } from '../errors/fileRefusal.ts'
import { givenPixelsOf, sentPixelsOf } from './imagePixels.ts'
import { admitType, mangledReason } from './mediaTypes.ts'
import type { PdfInspector } from './pdf.ts'
import { refusal } from '../errors/problems.ts'

/** An attachment whose bytes were looked at and found to be what they claim. */
export interface InspectedAttachment {
  /** `file`: for the workspace only. */
  kind: 'image' | 'document' | 'file'
  filename: string
  mimeType: string
  /** Bytes. */
  size: number
  /** To be stored; undefined where they were uploaded before, and are. */
  bytes?: Buffer
  /** Hex. */
  sha256: string
  width: number | null
  height: number | null
  pages: number | null
  /** Of an image. */
  seen?: SeenImage
  /** The upload whose place it takes. */
  upload?: { id: string, storagePath: string }
}

/** Just looked at: its bytes are in memory. */
export type Inspected = Omit<InspectedAttachment, 'upload'> & { bytes: Buffer }

/** A file with its bytes, not in a frame's block. */
export interface GivenFile {
  filename: string
  /** What whoever sent it says it is; empty where nothing is said. */
  mimeType: string
  bytes: Buffer
}

/** Throws a refusal that names the file, the reason and, where there is one, the limit. */
export async function inspect(block: ImageBlock | DocumentBlock, filename: string, pdfs: PdfInspector, limits: Limits): Promise<Inspected> {
  const refuse = refuserOf(filename)
  const mimeType = block.source.media_type
  const bytes = readBytes(block, refuse, limits)
  const isImage = block.type === 'image'
  return {
    kind: block.type,
    filename,
    mimeType,
    size: bytes.length,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...isImage ? sentPixelsOf(bytes, mimeType as ImageType, refuse) : { width: null, height: null },
    pages: mimeType === PDF_TYPE ? await pagesOf(bytes, pdfs, refuse, filename) : null,
  }
}

/**
 * As `inspect`, for files whose type is found in their bytes, and which the agent need not get as they are: images
 * that Claude does not take are reduced for it, and what is too large to be told lies in its folder.
 * @param maxBytes of the file
 */
export async function inspectFile({ filename, mimeType: claimed, bytes: given }: GivenFile, maxBytes: number, pdfs: PdfInspector, limits: Limits): Promise<Inspected> {
  const refuse = refuserOf(filename)
  refuseSize(given.length, maxBytes, refuse)
  const mimeType = typeOf(given, filename, claimed, refuse)
  const bytes = mimeType === TEXT_TYPE ? await textOf(given, claimed, refuse) : given
  const isImage = isImageMimeType(mimeType)
  return {
    kind: isImage ? 'image' : 'document',
    filename,
    mimeType,
    size: bytes.length,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...isImage ? givenPixelsOf(bytes, mimeType, refuse, limits) : { width: null, height: null },
    pages: mimeType === PDF_TYPE ? await pagesOf(bytes, pdfs, refuse, filename) : null,
  }
}

function refuseSize(size: number, maxBytes: number, refuse: Refuse) {
  if (size === 0)
    throw refuse(422, 'it is empty.')
  if (size > maxBytes)
    throw refuse(413, `it has ${formatBytes(size)}, more than the ${formatBytes(maxBytes)} that one file may have.`)
}

function typeOf(bytes: Buffer, filename: string, claimed: string, refuse: Refuse): MediaType {
  const { type, reason } = admitType(bytes, filename, claimed)
  if (!type)
    throw refuse(415, reason)
  return type
}

/** As UTF-8, whatever encoding it came in: read as a browser reads what is attached there, with the encoding that the sender names. */
async function textOf(bytes: Buffer, claimed: string, refuse: Refuse): Promise<Buffer> {
  const text = plainText((await readText(bytes, detectEncoding, charsetOf(claimed)))?.text ?? '')
  if (text.trim() === '')
    throw refuse(422, 'it is empty: there is nothing in it but white space.')
  return Buffer.from(text, 'utf8')
}

/** What is cheap to see, cheapest first. */
function readBytes({ type, source }: ImageBlock | DocumentBlock, refuse: Refuse, { imageBase64Chars }: Limits): Buffer {
  const allowed: readonly string[] = type === 'image' ? IMAGE_TYPES : [source.type === 'text' ? TEXT_TYPE : PDF_TYPE]
  if (!allowed.includes(source.media_type))
    throw refuse(415, `${source.media_type || 'a file without a type'} is not supported here. Supported: ${allowed.join(', ')}.`)

  // Before decoding, so that a far too large file costs no memory.
  if (type === 'image' && source.data.length > imageBase64Chars)
    throw refuse(413, `it has ${source.data.length.toLocaleString('en')} characters as base64, and an image may have ${imageBase64Chars.toLocaleString('en')} (${formatBytes(imageBase64Chars * 3 / 4)} of file). Make it smaller, or save it as a JPEG.`)
  if (source.type === 'base64' && source.data.length > base64Length(LIMITS.fileBytes))
    throw refuse(413, `it is larger than ${formatBytes(LIMITS.fileBytes)}.`)

  const bytes = source.type === 'base64' ? decodeBase64(source.data) : Buffer.from(plainText(source.data), 'utf8')
  if (!bytes)
    throw refuse(422, 'its data is not valid base64.')
  refuseSize(bytes.length, LIMITS.fileBytes, refuse)
  if (source.type === 'text' && bytes.includes(0))
    throw refuse(422, 'it is not plain text: it holds NUL characters.')
  if (source.type === 'text' && source.data.trim() === '')
    throw refuse(422, 'it is empty: there is nothing in it but white space.')

  const sniffed = sniffMediaType(bytes) ?? sniffForeignImage(bytes)
  if (source.type === 'base64' && sniffed !== source.media_type)
    throw refuse(415, mangledReason(bytes) ?? `it says it is ${source.media_type}, but its bytes are ${sniffed ?? 'something else'}.`)
  return bytes
}

async function pagesOf(bytes: Buffer, pdfs: PdfInspector, refuse: Refuse, filename: string): Promise<number> {
  const result = await pdfs.inspect(bytes).catch((error: unknown) => {
    // The server is closing, or is not whole. Either way it is not the file's fault.
    throw Object.assign(refusal(503, 'not_checked', `“${filename}” cannot be checked at the moment. Nothing was saved; send it again in a while.`, { filename }), { cause: error })
  })
  if (result === 'encrypted')
    throw refuse(422, 'the PDF needs a password. Save it without one and attach that.')
  if (result === 'broken')
    throw refuse(422, 'the PDF is damaged: it cannot be opened.')
  if (result.pages > LIMITS.pdfPages && bytes.length <= LIMITS.fileBytes) // a larger one is not told, but named
    throw refuse(413, `the PDF has ${result.pages} pages, and Claude reads at most ${LIMITS.pdfPages}. Attach only the pages that matter.`)
  return result.pages
}
