import { ascii, asciiAt, has, joined, listSegments, pixelSize, rest, segmentWithin, viewOf, type Content, type ImageFormat, type PixelSize, type Segment } from './segment.ts'
import { byteAt } from '../bytes/byteAt.ts'

const HEADER_BYTES = 12

/** Chunks by what they hold; unknown ones are remarks. */
const CONTENTS: Record<string, Content> = {
  'VP8X': 'picture',
  'VP8 ': 'picture',
  'VP8L': 'picture',
  'ALPH': 'picture',
  'ANIM': 'picture',
  'ANMF': 'picture',
  'ICCP': 'picture',
  'EXIF': 'exif',
  'XMP ': 'camera',
}

/** Bits of the first byte of a VP8X chunk. */
const FLAGS = { xmp: 0x04, exif: 0x08 }

export const webp: ImageFormat = {
  * segments(bytes) {
    if (!isWebp(bytes))
      return
    const end = statedEnd(bytes)
    yield { name: 'RIFF', content: 'picture', start: 0, data: 8, end: HEADER_BYTES, cut: end > bytes.length }
    yield* chunks(bytes, Math.min(end, bytes.length))
    yield* rest(bytes, Math.max(end, HEADER_BYTES))
  },

  size(bytes, segments) {
    for (const { name, data, end } of segments) {
      if (name !== 'RIFF')
        return SIZES[name]?.(viewOf(bytes.subarray(data, end)))
    }
    return undefined
  },

  isAnimated: (_bytes, segments) => segments.filter(({ name }) => name === 'ANMF').length > 1,

  isComplete: segments => has(segments, 'VP8 ', 'VP8L', 'ANMF')
    && !segments.some(({ content, cut }) => content === 'picture' && cut),

  exifSegment(exif) {
    const chunk = joined([ascii('EXIF'), new Uint8Array(4), exif, new Uint8Array(exif.length % 2)])
    viewOf(chunk).setUint32(4, exif.length, true)
    return chunk
  },

  correct(stripped, original) {
    const missing = Math.max(0, statedEnd(original) - original.length) // stays missing
    viewOf(stripped).setUint32(4, stripped.length - 8 + missing, true)
    const [, first, ...others] = listSegments(webp, stripped)
    if (first?.name === 'VP8X' && first.end > first.data) {
      const kept = byteAt(stripped, first.data) & ~FLAGS.xmp & ~FLAGS.exif
      stripped[first.data] = kept | (has(others, 'EXIF') ? FLAGS.exif : 0)
    }
  },
}

function* chunks(bytes: Uint8Array, end: number): Generator<Segment> {
  const view = viewOf(bytes)
  const file = bytes.subarray(0, end)
  let start = HEADER_BYTES
  while (start + 8 <= end) {
    const name = asciiAt(bytes, start, 4)
    const data = start + 8
    const length = view.getUint32(start + 4, true)
    const chunk = segmentWithin(file, { name, content: CONTENTS[name] ?? 'remark', start, data, end: data + length })
    chunk.end = Math.min(chunk.end + length % 2, end) // filled up to an even length
    yield chunk
    start = chunk.end
  }
  yield* rest(file, start)
}

/** How each kind of first chunk states the size; its first byte is byte 0. */
const SIZES: Record<string, (view: DataView) => PixelSize | undefined> = {
  // 24 bits each, minus one
  'VP8X': view => view.byteLength < 10 ? undefined : pixelSize(1 + uint24(view, 4), 1 + uint24(view, 7)),
  // After its signature 14 bits each, minus one
  'VP8L': (view) => {
    if (view.byteLength < 5 || view.getUint8(0) !== 0x2F)
      return undefined
    const bits = view.getUint32(1, true)
    return pixelSize(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
  },
  // After its signature 14 bits each; the upper two are for scaling
  'VP8 ': (view) => {
    if (view.byteLength < 10 || uint24(view, 3) !== 0x2A019D)
      return undefined
    return pixelSize(view.getUint16(6, true) & 0x3FFF, view.getUint16(8, true) & 0x3FFF)
  },
}

const uint24 = (view: DataView, offset: number) => view.getUint16(offset, true) | view.getUint8(offset + 2) << 16

const isWebp = (bytes: Uint8Array) =>
  bytes.length >= HEADER_BYTES && asciiAt(bytes, 0, 4) === 'RIFF' && asciiAt(bytes, 8, 4) === 'WEBP'

/** By its own word. */
const statedEnd = (bytes: Uint8Array) => 8 + viewOf(bytes).getUint32(4, true)
