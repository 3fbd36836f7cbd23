import { createHash } from 'node:crypto'
import { base64Length, formatBytes, IMAGE_TYPES, LIMITS, type Limits, PDF_TYPE, TEXT_TYPE, type ImageType } from '../shared/attachments.ts'
import { inspectImage } from '../shared/images/inspectImage.ts'
import type { DocumentBlock, ImageBlock } from '../shared/protocol.ts'
import { sniffForeignImage, sniffMediaType } from '../shared/sniff.ts'
import { decodeBase64, plainText } from './decoding.ts'
import type { PdfInspector } from './pdf.ts'
import { type ProblemError, refusal } from './problems.ts'

/** An attachment whose bytes were looked at and found to be what they claim. */
export interface InspectedAttachment {
  kind: 'image' | 'document'
  filename: string
  mimeType: string
  bytes: Buffer
  /** Hex. */
  sha256: string
  width: number | null
  height: number | null
  pages: number | null
}

type Refuse = (status: number, reason: string) => ProblemError

/** Throws a refusal that names the file, the reason and, where there is one, the limit. */
export async function inspect(block: ImageBlock | DocumentBlock, filename: string, pdfs: PdfInspector, limits: Limits): Promise<InspectedAttachment> {
  const refuse: Refuse = (status, reason) =>
    refusal(status, 'attachment_refused', `“${filename}” was refused: ${reason}`, { filename })

  const mimeType = block.source.media_type
  const bytes = readBytes(block, refuse, limits)
  const isImage = block.type === 'image'
  return {
    kind: block.type,
    filename,
    mimeType,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    ...isImage ? pixelsOf(bytes, mimeType as ImageType, refuse) : { width: null, height: null },
    pages: mimeType === PDF_TYPE ? await pagesOf(bytes, pdfs, refuse, filename) : null,
  }
}

/** What is cheap to see, cheapest first. */
function readBytes({ type, source }: ImageBlock | DocumentBlock, refuse: Refuse, { imageBase64Chars }: Limits): Buffer {
  const allowed: readonly string[] = type === 'image' ? IMAGE_TYPES : [source.type === 'text' ? TEXT_TYPE : PDF_TYPE]
  if (!allowed.includes(source.media_type))
    throw refuse(415, `${source.media_type || 'a file without a type'} is not supported here. Supported: ${allowed.join(', ')}.`)

  // Before decoding, so that a far too large file costs no memory.
  if (type === 'image' && source.data.length > imageBase64Chars)
    throw refuse(413, `it has ${count(source.data.length)} characters as base64, and an image may have ${count(imageBase64Chars)} (${formatBytes(imageBase64Chars * 3 / 4)} of file). Make it smaller, or save it as a JPEG.`)
  if (source.type === 'base64' && source.data.length > base64Length(LIMITS.fileBytes))
    throw refuse(413, `it is larger than ${formatBytes(LIMITS.fileBytes)}.`)

  const bytes = source.type === 'base64' ? decodeBase64(source.data) : Buffer.from(plainText(source.data), 'utf8')
  if (!bytes)
    throw refuse(422, 'its data is not valid base64.')
  if (bytes.length === 0)
    throw refuse(422, 'it is empty.')
  if (bytes.length > LIMITS.fileBytes)
    throw refuse(413, `it has ${formatBytes(bytes.length)}, more than the ${formatBytes(LIMITS.fileBytes)} that one file may have.`)
  if (source.type === 'text' && bytes.includes(0))
    throw refuse(422, 'it is not plain text: it holds NUL characters.')
  if (source.type === 'text' && source.data.trim() === '')
    throw refuse(422, 'it is empty: there is nothing in it but white space.')

  const sniffed = sniffMediaType(bytes) ?? sniffForeignImage(bytes)
  if (source.type === 'base64' && sniffed !== source.media_type)
    throw refuse(415, `it says it is ${source.media_type}, but its bytes are ${sniffed ?? 'something else'}.`)
  return bytes
}

function pixelsOf(bytes: Buffer, type: ImageType, refuse: Refuse): { width: number, height: number } {
  const facts = inspectImage(bytes, type)
  if (!facts)
    throw refuse(422, 'the image is damaged: its size cannot be read.')
  const { width, height } = facts
  if (Math.max(width, height) > LIMITS.imageEdge)
    throw refuse(413, `it has ${width} x ${height} pixels. Reduce it to at most ${LIMITS.imageEdge} pixels on its longer side.`)
  if (!facts.complete)
    throw refuse(422, 'the image is damaged: its end is missing.')
  return { width, height }
}

async function pagesOf(bytes: Buffer, pdfs: PdfInspector, refuse: Refuse, filename: string): Promise<number> {
  const result = await pdfs.inspect(bytes).catch((error: unknown) => {
    // The server is closing, or is not whole. Either way it is not the file's fault.
    throw Object.assign(refusal(503, 'not_checked', `“${filename}” cannot be checked at the moment. Nothing was saved; send it again in a while.`, { filename }), { cause: error })
  })
  if (result === 'encrypted')
    throw refuse(422, 'the PDF needs a password, or restricts what may be done with it. Save it without protection and attach that.')
  if (result === 'broken')
    throw refuse(422, 'the PDF is damaged: it cannot be opened.')
  if (result.pages > LIMITS.pdfPages)
    throw refuse(413, `the PDF has ${result.pages} pages, and Claude reads at most ${LIMITS.pdfPages}. Attach only the pages that matter.`)
  return result.pages
}

const count = (value: number) => value.toLocaleString('en')
