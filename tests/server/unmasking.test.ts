import http from 'node:http'
import { expect, test } from 'vitest'
import '../../src/server/socket/unmasking.ts'

const unmask = (bytes: Uint8Array, mask: Uint8Array) => (http as { websocketUnmask?: (bytes: Uint8Array, mask: Uint8Array) => void }).websocketUnmask?.(bytes, mask)

const MASK = Uint8Array.from([1, 130, 7, 255])
const LONGEST = 40

/** Of a larger piece of memory, as what arrives is. */
const piece = (from: number, length: number) => Uint8Array.from({ length: 2 * LONGEST }, (_, i) => 7 * i % 256).subarray(from, from + length)

test('what arrives on a socket is read byte for byte, wherever in memory it begins and however long it is', () => {
  for (let from = 0; from < 8; from++) {
    for (let length = 0; length <= LONGEST; length++) {
      const bytes = piece(from, length)
      const expected = bytes.map((byte, i) => byte ^ (MASK[i % 4] ?? 0))

      unmask(bytes, Buffer.from([9, ...MASK]).subarray(1))

      expect(bytes).toEqual(expected)
    }
  }
})

test('nothing beside it is touched', () => {
  const all = new Uint8Array(16)
  unmask(all.subarray(5, 12), MASK)

  expect([...all]).toEqual([0, 0, 0, 0, 0, 1, 130, 7, 255, 1, 130, 7, 0, 0, 0, 0])
})
