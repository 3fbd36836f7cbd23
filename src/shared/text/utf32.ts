import type { DecodedText } from './decoding.ts'

const CHUNK = 4096
const REPLACEMENT = 0xFFFD

const isCharacter = (code: number) => code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF)

/** Browsers do not read it. */
export function decodeUtf32(bytes: Uint8Array, littleEndian: boolean): DecodedText {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const cut = bytes.length % 4 ? 1 : 0
  let replaced = cut
  let text = ''
  for (let i = 0; i + 4 <= bytes.length; i += 4 * CHUNK) {
    const codes = Array.from({ length: Math.min(CHUNK, Math.floor((bytes.length - i) / 4)) }, (_, n) => {
      const code = view.getUint32(i + 4 * n, littleEndian)
      if (isCharacter(code))
        return code
      replaced++
      return REPLACEMENT
    })
    text += String.fromCodePoint(...codes)
  }
  return { text: cut ? text + '\uFFFD' : text, replaced }
}
