import { createHash } from 'node:crypto'
import { base64Length, formatBytes, IMAGE_TYPES, isImageMimeType, LIMITS, PDF_TYPE, TEXT_TYPE } from '../shared/attachments.ts'
import { readImageSize } from '../shared/images/imageSize.ts'
import type { DocumentBlock, ImageBlock } from '../shared/protocol.ts'
import { sniffForeignImage, sniffMediaType } from '../shared/sniff.ts'
import { refusal } from './problems.ts'

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
}

/** Throws a refusal that names the file, the reason and, where there is one, the limit. */
export function inspect(block: ImageBlock | DocumentBlock, filename: string): InspectedAttachment {
  const { source } = block
  const refuse = (status: number, reason: string) =>
    refusal(status, 'attachment_refused', `“${filename}” was refused: ${reason}`, { filename })

  const allowed: readonly string[] = block.type === 'image' ? IMAGE_TYPES : [source.type === 'text' ? TEXT_TYPE : PDF_TYPE]
  if (!allowed.includes(source.media_type))
    throw refuse(415, `${source.media_type || 'a file without a type'} is not supported here. Supported: ${allowed.join(', ')}.`)

  // Before decoding, so that a far too large file costs no memory.
  if (source.type === 'base64' && source.data.length > base64Length(LIMITS.fileBytes))
    throw refuse(413, `it is larger than ${formatBytes(LIMITS.fileBytes)}.`)
  const bytes = source.type === 'base64' ? decodeBase64(source.data) : Buffer.from(source.data, 'utf8')
  if (!bytes)
    throw refuse(422, 'its data is not valid base64.')
  if (bytes.length === 0)
    throw refuse(422, 'it is empty.')
  if (bytes.length > LIMITS.fileBytes)
    throw refuse(413, `it has ${formatBytes(bytes.length)}, more than the ${formatBytes(LIMITS.fileBytes)} that one file may have.`)
  if (source.type === 'text' && bytes.includes(0))
    throw refuse(422, 'it is not plain text: it holds NUL characters.')

  const sniffed = sniffMediaType(bytes) ?? sniffForeignImage(bytes)
  if (source.type === 'base64' && sniffed !== source.media_type)
    throw refuse(415, `it says it is ${source.media_type}, but its bytes are ${sniffed ?? 'something else'}.`)

  const size = isImageMimeType(source.media_type) ? readImageSize(bytes) : null
  if (size === undefined)
    throw refuse(422, 'the image is damaged: its size cannot be read.')

  return {
    kind: block.type,
    filename,
    mimeType: source.media_type,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    width: size?.width ?? null,
    height: size?.height ?? null,
  }
}

/** Undefined unless it is exactly what an encoder writes: alphabet, padding, no white space, no left-over bits. */
function decodeBase64(data: string): Buffer | undefined {
  if (data.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(data))
    return undefined
  const bytes = Buffer.from(data, 'base64')
  const lastQuantum = bytes.subarray(bytes.length - (bytes.length % 3 || 3)).toString('base64')
  return bytes.length === 0 || data.endsWith(lastQuantum) ? bytes : undefined
}
