import { formatBytes, IMAGE_TYPES, LIMITS, type Limits, PDF_TYPE, TEXT_TYPE } from '../../shared/attachments.ts'
import { base64Length } from '../../shared/base64.ts'
import { sniffForeignImage } from '../../shared/images/foreign/kinds.ts'
import type { DocumentBlock, ImageBlock } from '../../shared/protocol/blocks.ts'
import { sniffMediaType } from '../../shared/sniff.ts'
import { refuseSize, type Refuse } from '../errors/rejectedFile.ts'
import { decodeBase64, decodeInPlace, plainText } from './decoding.ts'
import { mangledReason } from './mediaTypes.ts'

type Block = ImageBlock | DocumentBlock

/** A file of a frame. */
export interface GivenBlock {
  block: Block
  /** Its base64 where it lies in the frame; the block holds a name for it then. */
  encoded?: Buffer
}

/** Bytes as it is sent. */
export const blockLength = ({ block, encoded }: GivenBlock): number => encoded?.length ?? Buffer.byteLength(block.source.data)

/** The bytes of a block that came in a frame. What is cheap to see is looked at first, so that a far too large file costs no memory. */
export function readBlock({ block, encoded }: GivenBlock, refuse: Refuse, limits: Limits): Buffer {
  refuseType(block, refuse)
  const { source } = block
  if (source.type === 'text')
    return textBytes(source.data, refuse)
  const data = encoded ?? source.data
  if (block.type === 'image')
    refuseLongImage(data, limits.imageBase64Chars, refuse)
  return binaryBytes(data, source.media_type, refuse)
}

function refuseType({ type, source }: Block, refuse: Refuse) {
  const documents = [source.type === 'text' ? TEXT_TYPE : PDF_TYPE]
  const allowed: readonly string[] = type === 'image' ? IMAGE_TYPES : documents
  if (!allowed.includes(source.media_type))
    throw refuse(415, `${source.media_type || 'a file without a type'} is not supported here. Supported: ${allowed.join(', ')}.`)
}

/** @param most Claude's limit, in characters of base64 */
function refuseLongImage(data: string | Buffer, most: number, refuse: Refuse) {
  if (data.length > most)
    throw refuse(413, `it has ${data.length.toLocaleString('en')} characters as base64, and an image may have ${most.toLocaleString('en')} (${formatBytes(most * 3 / 4)} of file). Make it smaller, or save it as a JPEG.`)
}

function binaryBytes(data: string | Buffer, mediaType: string, refuse: Refuse): Buffer {
  if (data.length > base64Length(LIMITS.fileBytes))
    throw refuse(413, `it is larger than ${formatBytes(LIMITS.fileBytes)}.`)
  const bytes = typeof data === 'string' ? decodeBase64(data) : decodeInPlace(data)
  if (!bytes)
    throw refuse(422, 'its data is not valid base64.')
  refuseSize(bytes.length, LIMITS.fileBytes, refuse)

  const sniffed = sniffMediaType(bytes) ?? sniffForeignImage(bytes)
  if (sniffed !== mediaType)
    throw refuse(415, mangledReason(bytes) ?? `it says it is ${mediaType}, but its bytes are ${sniffed ?? 'something else'}.`)
  return bytes
}

function textBytes(data: string, refuse: Refuse): Buffer {
  const bytes = Buffer.from(plainText(data), 'utf8')
  refuseSize(bytes.length, LIMITS.fileBytes, refuse)
  if (bytes.includes(0))
    throw refuse(422, 'it is not plain text: it holds NUL characters.')
  if (data.trim() === '')
    throw refuse(422, 'it is empty: there is nothing in it but white space.')
  return bytes
}
