import type { ImageType, PDF_TYPE } from './attachments.ts'

/** How many leading bytes `sniffMediaType` looks at; PDF viewers search `%PDF-` in the first 1024. */
export const SNIFF_BYTES = 1024

const ascii = (text: string) => Array.from(text, char => char.charCodeAt(0))

const startsWith = (bytes: Uint8Array, signature: readonly number[], offset = 0) =>
  signature.every((byte, i) => bytes[offset + i] === byte)

function contains(bytes: Uint8Array, signature: readonly number[]) {
  const last = Math.min(bytes.length, SNIFF_BYTES) - signature.length
  for (let i = 0; i <= last; i++) {
    if (startsWith(bytes, signature, i))
      return true
  }
  return false
}

const SIGNATURES: Record<ImageType, (bytes: Uint8Array) => boolean> = {
  'image/png': bytes => startsWith(bytes, [0x89, ...ascii('PNG\r\n'), 0x1A, 0x0A]),
  'image/jpeg': bytes => startsWith(bytes, [0xFF, 0xD8, 0xFF]),
  'image/gif': bytes => startsWith(bytes, ascii('GIF87a')) || startsWith(bytes, ascii('GIF89a')),
  'image/webp': bytes => startsWith(bytes, ascii('RIFF')) && startsWith(bytes, ascii('WEBP'), 8),
}

/** The image or PDF type that the bytes themselves claim, or undefined. Names and `File.type` have no say. */
export function sniffMediaType(bytes: Uint8Array): ImageType | typeof PDF_TYPE | undefined {
  for (const [type, matches] of Object.entries(SIGNATURES)) {
    if (matches(bytes))
      return type as ImageType
  }
  return contains(bytes, ascii('%PDF-')) ? 'application/pdf' : undefined
}
