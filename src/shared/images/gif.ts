import { asciiAt, has, pixelSize, rest, segmentWithin, viewOf, type ImageFormat, type Segment } from './segment.ts'

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
  let name: string | undefined
  while (start < bytes.length && name !== 'end') {
    name = NAMES[bytes[start]!]
    if (!name)
      break
    const block = picture(bytes, name, start, ENDS[name]!(bytes, start))
    yield block
    start = block.end
  }
  yield* rest(bytes, start, 'picture')
}

const NAMES: Record<number, string> = { 0x2C: 'image', 0x21: 'extension', 0x3B: 'end' }

/** Where a block that starts here ends; past the end of the file where it is cut. */
const ENDS: Record<string, (bytes: Uint8Array, start: number) => number> = {
  // Place, size and flags, its own colours, the size of its codes, its pixels.
  image: (bytes, start) => subBlocksEnd(bytes, start + 10 + colourTableBytes(bytes[start + 9]) + 1),
  extension: (bytes, start) => subBlocksEnd(bytes, start + 2),
  end: (_bytes, start) => start + 1,
}

/** Each is its length and as many bytes, the last one is empty. */
function subBlocksEnd(bytes: Uint8Array, offset: number) {
  while (bytes[offset])
    offset += 1 + bytes[offset]!
  return offset + 1
}

/** Three bytes for each colour; how many, and whether any, is in the flags. */
const colourTableBytes = (flags = 0) => flags & 0x80 ? 3 << (flags & 7) + 1 : 0

const isGif = (bytes: Uint8Array) => /^GIF8[79]a$/.test(asciiAt(bytes, 0, 6))

const picture = (bytes: Uint8Array, name: string, start: number, end: number) =>
  segmentWithin(bytes, { name, content: 'picture', start, data: start, end })
