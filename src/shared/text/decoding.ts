import type { Encoding } from './encodings.ts'
import { decodeUtf8 } from './utf8.ts'
import { decodeUtf32 } from './utf32.ts'
import { decodeWindows1252 } from './windows1252.ts'

export interface DecodedText {
  /** Without a byte order mark. */
  text: string
  /** How many characters could not be read: each is U+FFFD now. */
  replaced: number
}

const REPLACEMENT = /\uFFFD/g

/** Whatever the bytes are: what the encoding does not know, and NUL, becomes U+FFFD. */
export function decode(bytes: Uint8Array, encoding: Encoding): DecodedText {
  const { text, replaced } = decodeRaw(bytes, encoding)
  const nuls = text.match(/\0/g)?.length ?? 0
  return { text: (nuls ? text.replace(/\0/g, '\uFFFD') : text).replace(/^\uFEFF/, ''), replaced: replaced + nuls }
}

/** As `decode`, with a NUL left a NUL. */
export function decodeRaw(bytes: Uint8Array, encoding: Encoding): DecodedText {
  switch (encoding) {
    case 'utf-8': return decodeUtf8(bytes)
    case 'utf-32le': return decodeUtf32(bytes, true)
    case 'utf-32be': return decodeUtf32(bytes, false)
    case 'windows-1252': return { text: decodeWindows1252(bytes), replaced: 0 }
  }
  const text = new TextDecoder(encoding).decode(bytes)
  // None of these encodings but UTF-16 and GB18030 can write U+FFFD itself.
  const replacements = text.match(REPLACEMENT)?.length ?? 0
  return { text, replaced: replacements && !isSound(bytes, encoding) ? replacements : 0 }
}

/** Whether every byte has its meaning in this encoding. */
function isSound(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return true
  }
  catch {
    return false
  }
}
