import { asciiAt, has, pixelSize, rest, segmentWithin, viewOf, type ImageFormat, type Segment } from './segment.ts'
import { byteAt } from '../bytes/byteAt.ts'

const HEADER_BYTES = 13

/** All of it counts as picture: no camera writes GIFs. */
export const gif: ImageFormat = {
  * segments(bytes) {
    if (!isGif(bytes))
      return
    const end = HEADER_BYTES + colourTableBytes(bytes[10])
    yield picture(bytes, 'header', 0, end)
    yield* blocks(bytes, end)
  },

  size(bytes) {
    if (!isGif(bytes) || bytes.length < HEADER_BYTES)
      return undefined
    const view = viewOf(bytes)
    return pixelSize(view.getUint16(6, true), view.getUint16(8, true))
  },

  isAnimated: (_bytes, segments) => segments.filter(({ name }) => name === 'image').length > 1,
  isComplete: segments => has(segments, 'image') && has(segments, 'end'),
}

function* blocks(bytes: Uint8Array, start: number): Generator<Segment> {
  let kind = BLOCKS.get(byteAt(bytes, start))
  while (kind && start < bytes.length) {
    const block = picture(bytes, kind.name, start, kind.end(bytes, start))
    yield block
    start = block.end
    kind = kind.name === 'end' ? undefined : BLOCKS.get(byteAt(bytes, start))
  }
  yield* rest(bytes, start, 'picture')
}

interface BlockKind {
  name: string
  /** Where a block that starts here ends; past the end of the file where it is cut. */
  end: (bytes: Uint8Array, start: number) => number
}

/** By the byte that begins them. */
const BLOCKS = new Map<number, BlockKind>([
  // Place, size and flags, its own colours, the size of its codes, its pixels.
  [0x2C, { name: 'image', end: (bytes, start) => subBlocksEnd(bytes, start + 10 + colourTableBytes(bytes[start + 9]) + 1) }],
  [0x21, { name: 'extension', end: (bytes, start) => subBlocksEnd(bytes, start + 2) }],
  [0x3B, { name: 'end', end: (_bytes, start) => start + 1 }],
])

/** Each is its length and as many bytes, the last one is empty. */
function subBlocksEnd(bytes: Uint8Array, offset: number) {
  while (bytes[offset])
    offset += 1 + byteAt(bytes, offset)
  return offset + 1
}

/** Three bytes for each colour; how many, and whether any, is in the flags. */
const colourTableBytes = (flags = 0) => flags & 0x80 ? 3 << (flags & 7) + 1 : 0

const isGif = (bytes: Uint8Array) => /^GIF8[79]a$/.test(asciiAt(bytes, 0, 6))

const picture = (bytes: Uint8Array, name: string, start: number, end: number) =>
  segmentWithin(bytes, { name, content: 'picture', start, data: start, end })
