import { createHash } from 'node:crypto'
import { isImageMimeType, LIMITS, type Limits, PDF_TYPE, TEXT_TYPE, type ImageType, type MediaType } from '../../shared/attachments.ts'
import type { SeenImage } from '../../shared/images/seen.ts'
import { charsetOf } from '../../shared/text/charsetOf.ts'
import { readText } from '../../shared/text/readText.ts'
import { readBlock, type GivenBlock } from './blockBytes.ts'
import { plainText } from './decoding.ts'
import { detectEncoding } from './encodingDetector.ts'
import { refuserOf, refuseSize, type Refuse } from '../errors/rejectedFile.ts'
import { unchecked } from './imageDecoding.ts'
import { givenPixelsOf, sentPixelsOf } from './imagePixels.ts'
import { admitType } from './mediaTypes.ts'
import type { PdfInspector } from './pdf.ts'

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
  /** What the person says of it. */
  caption?: string
  /** Of an image. */
  seen?: SeenImage
  /** The attachment whose bytes it has: they are stored, and stay where they are. */
  reference?: { id: string, storagePath: string }
  /** The upload whose place it takes. */
  upload?: { id: string, storagePath: string }
}

/** Just looked at: its bytes are in memory. */
export type Inspected = Omit<InspectedAttachment, 'upload' | 'reference'> & { bytes: Buffer }

/** A file with its bytes, not in a frame's block. */
export interface GivenFile {
  filename: string
  /** What whoever sent it says it is; empty where nothing is said. */
  mimeType: string
  /** What they call a text's encoding, where its type does not say it. */
  charset?: string
  bytes: Buffer
}

/** On whose behalf, and with what. */
interface Looking { pdfs: PdfInspector, tenant: string, limits: Limits }

/** Throws a refusal that names the file, the reason and, where there is one, the limit. */
export async function inspect(given: GivenBlock, filename: string, { pdfs, limits, tenant }: Looking): Promise<Inspected> {
  const refuse = refuserOf(filename)
  const { block } = given
  const mimeType = block.source.media_type
  const bytes = readBlock(given, refuse, limits)
  const isImage = block.type === 'image'
  return {
    kind: block.type,
    filename,
    mimeType,
    size: bytes.length,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...isImage ? sentPixelsOf(bytes, mimeType as ImageType, refuse) : { width: null, height: null },
    pages: mimeType === PDF_TYPE ? await pagesOf(bytes, pdfs, tenant, refuse, filename) : null,
  }
}

/**
 * As `inspect`, for files whose type is found in their bytes, and which the agent need not get as they are: images
 * that Claude does not take are reduced for it, and what is too large to be told lies in its folder.
 * @param maxBytes of the file
 */
export async function inspectFile({ filename, mimeType: claimed, charset, bytes: given }: GivenFile, maxBytes: number, { pdfs, limits, tenant }: Looking): Promise<Inspected> {
  const refuse = refuserOf(filename)
  refuseSize(given.length, maxBytes, refuse)
  const mimeType = typeOf(given, filename, claimed, refuse)
  const bytes = mimeType === TEXT_TYPE ? await textOf(given, charset || charsetOf(claimed), refuse) : given
  const isImage = isImageMimeType(mimeType)
  return {
    kind: isImage ? 'image' : 'document',
    filename,
    mimeType,
    size: bytes.length,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...isImage ? givenPixelsOf(bytes, mimeType, refuse, limits) : { width: null, height: null },
    pages: mimeType === PDF_TYPE ? await pagesOf(bytes, pdfs, tenant, refuse, filename) : null,
  }
}

function typeOf(bytes: Buffer, filename: string, claimed: string, refuse: Refuse): MediaType {
  const { type, reason } = admitType(bytes, filename, claimed)
  if (!type)
    throw refuse(415, reason)
  return type
}

/** As UTF-8, whatever encoding it came in: read as a browser reads what is attached there, with the encoding that the sender names. */
async function textOf(bytes: Buffer, charset: string | undefined, refuse: Refuse): Promise<Buffer> {
  const text = plainText((await readText(bytes, detectEncoding, charset))?.text ?? '')
  if (text.trim() === '')
    throw refuse(422, 'it is empty: there is nothing in it but white space.')
  return Buffer.from(text, 'utf8')
}

async function pagesOf(bytes: Buffer, pdfs: PdfInspector, tenant: string, refuse: Refuse, filename: string): Promise<number> {
  const result = await pdfs.inspect(bytes, tenant).catch(unchecked(filename))
  if (result === 'encrypted')
    throw refuse(422, 'the PDF needs a password. Save it without one and attach that.')
  if (result === 'broken')
    throw refuse(422, 'the PDF is damaged: it cannot be opened.')
  if (result.pages > LIMITS.pdfPages && bytes.length <= LIMITS.fileBytes) // a larger one is not told, but named
    throw refuse(413, `the PDF has ${result.pages} pages, and Claude reads at most ${LIMITS.pdfPages}. Attach only the pages that matter.`)
  return result.pages
}
