import { base64ToBytes, bytesToBase64 } from './base64.ts'
import { byteAt } from './bytes/byteAt.ts'

/** @param attachment its type, and its bytes or their base64 */
export function attachmentToDataUrl({ mimeType, content }: { mimeType: string, content: Uint8Array | string }): string {
  return `data:${mimeType};base64,${typeof content === 'string' ? content : bytesToBase64(content)}`
}

/** The bytes of a `data:` address, base64 or percent-encoded. @throws TypeError for anything else */
export function dataUrlToBuffer(dataUrl: string): Uint8Array<ArrayBuffer> {
  const [, base64, data] = /^data:[^,]*?(;base64)?,(.*)$/is.exec(dataUrl) ?? []
  if (data === undefined)
    throw new TypeError('not a data: address')
  try {
    return base64 ? base64ToBytes(data) : percentDecoded(data)
  }
  catch (error) {
    throw new TypeError('the data: address holds no valid data', { cause: error })
  }
}

/** Each `%xx` is a byte, which need not be part of any text. */
function percentDecoded(data: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(data)
  const decoded: number[] = []
  for (let i = 0; i < bytes.length; i++) {
    const byte = byteAt(bytes, i)
    const hex = byte === 0x25 ? escapedByte(bytes, i) : undefined
    decoded.push(hex ?? byte)
    i += hex === undefined ? 0 : 2
  }
  return Uint8Array.from(decoded)
}

function escapedByte(bytes: Uint8Array, i: number) {
  const digits = String.fromCharCode(...bytes.subarray(i + 1, i + 3))
  return /^[\da-f]{2}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined
}
