import http from 'node:http'

/*
 * All that a browser sends on a socket is masked with four bytes. `ws` takes the mask off with what the platform has for
 * that, which Node 20 to 24 has not, and one byte at a time otherwise: 50 ms of a message of 30 MB. To be imported before
 * `ws` is.
 */

const WORD = 4

/** Takes the mask off, where the bytes lie; or puts it on. */
function unmask(bytes: Uint8Array, mask: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const word = new DataView(mask.buffer, mask.byteOffset, WORD).getInt32(0)
  const words = bytes.length - bytes.length % WORD
  for (let i = 0; i < words; i += WORD)
    view.setInt32(i, view.getInt32(i) ^ word)
  for (let i = words, shift = 24; i < bytes.length; i++, shift -= 8)
    view.setUint8(i, view.getUint8(i) ^ word >> shift)
}

function maskInto(source: Uint8Array, mask: Uint8Array, output: Uint8Array, offset: number, length: number) {
  output.set(source.subarray(0, length), offset)
  unmask(output.subarray(offset, offset + length), mask)
}

const platform: typeof http & { websocketMask?: typeof maskInto, websocketUnmask?: typeof unmask } = http
platform.websocketMask ??= maskInto
platform.websocketUnmask ??= unmask
