import { IMAGE_TYPES, isImageMimeType, PDF_TYPE, TEXT_TYPE, type MediaType } from '../../shared/attachments.ts'
import { sniffForeignImage } from '../../shared/images/foreign/kinds.ts'
import { foreignPhrase } from '../../shared/images/foreign/phrases.ts'
import { isBrokenPng, mangledPicture } from '../../shared/images/mangled.ts'
import { sniffMediaType } from '../../shared/sniff.ts'
import { isText } from '../../shared/text/readText.ts'

export type TypeVerdict = { type: MediaType, reason?: undefined } | { type?: undefined, reason: string }

const IMAGE_NAME = /\.(?:png|jpe?g|gif|webp|heic|avif|tiff?|bmp)$/i
const SUPPORTED = `${IMAGE_TYPES.join(', ')}, ${PDF_TYPE} and plain text`

/** `image/jpg; x=y` -> `image/jpeg`; empty for what says nothing. */
function plainType(claimed: string): string {
  const type = claimed.replace(/;.*$/s, '').trim().toLowerCase()
  if (type === 'application/octet-stream')
    return ''
  return type === 'image/jpg' ? 'image/jpeg' : type
}

/** The bytes decide. What claims, by its type or name, to be an image or a PDF and is not, is nothing at all. */
export function admitType(bytes: Uint8Array, filename: string, claimedType: string): TypeVerdict {
  const claimed = plainType(claimedType)
  const mangled = mangledReason(bytes)
  if (mangled)
    return { reason: mangled }
  const sniffed = sniffBinary(bytes, claimed)
  const broken = brokenPromise(bytes, claimed, sniffed)
  if (broken)
    return { reason: broken }
  return sniffed ? { type: sniffed } : admitText(bytes, filename, claimed)
}

/** Of what says it is an image or a PDF, but is not. */
function brokenPromise(bytes: Uint8Array, claimed: string, sniffed: MediaType | undefined): string | undefined {
  const promises = isImageMimeType(claimed) || claimed === PDF_TYPE
  if (promises && sniffed !== claimed)
    return `it says it is ${claimed}, but its bytes are ${sniffed ?? sniffForeignImage(bytes) ?? 'something else'}.`
}

/** What is neither an image that Claude takes nor a PDF can only be a text. */
function admitText(bytes: Uint8Array, filename: string, claimed: string): TypeVerdict {
  const foreign = sniffForeignImage(bytes)
  if (foreign || claimed.startsWith('image/'))
    return { reason: `${foreign ? `it is ${foreignPhrase(foreign)}, which` : claimed} is not supported here. Supported: ${SUPPORTED}.` }
  if (!isText(bytes))
    return { reason: `${claimed || 'a file of this kind'} is not supported here. Supported: ${SUPPORTED}.` }
  if (IMAGE_NAME.test(filename) || /\.pdf$/i.test(filename))
    return { reason: 'its name says it is an image or a PDF, but its bytes are text.' }
  return { type: TEXT_TYPE }
}

/** Of a picture whose first bytes something has changed: it is not "something else". */
export function mangledReason(bytes: Uint8Array): string | undefined {
  const mangled = mangledPicture(bytes)
  if (mangled)
    return `it is a ${mangled} that was transferred as text, which changed its bytes. Transfer it again as binary.`
  return isBrokenPng(bytes) ? 'it is a damaged PNG: its first bytes are wrong.' : undefined
}

/** A text may well speak of PDFs in its first lines. */
function sniffBinary(bytes: Uint8Array, claimed: string) {
  const sniffed = sniffMediaType(bytes)
  const begins = Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '%PDF-'
  return sniffed === PDF_TYPE && claimed.startsWith('text/') && !begins ? undefined : sniffed
}
