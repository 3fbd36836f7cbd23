import { ascii, asciiAt, has, joined, pixelSize, rest, segmentWithin, viewOf, type Content, type ImageFormat, type Segment } from './segment.ts'
import { byteAt } from '../bytes/byteAt.ts'

/** What application segments hold, by number and first characters. The first line that fits counts. */
const APPLICATIONS: [beginning: string, Content][] = [
  ['APP0 JFIF\0', 'picture'],
  ['APP0 ', 'remark'], // thumbnails
  ['APP1 Exif\0', 'exif'],
  ['APP2 ICC_PROFILE\0', 'picture'],
  ['APP12 Ducky', 'remark'], // the quality it was saved with
  ['APP14 Adobe', 'picture'], // whether its colours are inverted: without it CMYK looks like a negative
  ['APP', 'camera'],
  ['COM', 'remark'],
]

export const jpeg: ImageFormat = {
  * segments(bytes) {
    if (bytes[0] !== 0xFF || bytes[1] !== 0xD8)
      return
    let offset = 0
    while (offset < bytes.length) {
      const start = nextMarker(bytes, offset)
      if (start > offset) // decoders skip what is between segments, too
        yield { name: 'gap', content: 'remark', start: offset, data: offset, end: start, cut: false }
      offset = start
      const segment = start < bytes.length ? readSegment(bytes, start) : undefined
      if (!segment)
        break
      yield segment
      offset = segment.end
      if (segment.name === 'EOI')
        break
    }
    yield* rest(bytes, offset)
  },

  size(bytes, segments) {
    for (const { name, data, end } of segments) {
      if (name === 'SOF') {
        const view = viewOf(bytes)
        return end - data >= 5 ? pixelSize(view.getUint16(data + 3), view.getUint16(data + 1)) : undefined
      }
    }
    return undefined
  },

  isAnimated: () => false,
  isComplete: segments => has(segments, 'SOS') && has(segments, 'EOI'),

  exifSegment(exif) {
    const segment = joined([new Uint8Array([0xFF, 0xE1, 0, 0]), ascii('Exif\0\0'), exif])
    viewOf(segment).setUint16(2, segment.length - 2)
    return segment
  },
}

/** Undefined where its length is impossible. */
function readSegment(bytes: Uint8Array, start: number): Segment | undefined {
  const marker = byteAt(bytes, start + 1)
  const name = nameOf(marker)
  const data = start + 4
  if (isStandalone(marker))
    return { name, content: 'picture', start, data: start + 2, end: start + 2, cut: false }
  if (data > bytes.length)
    return segmentWithin(bytes, { name, content: 'remark', start, data, end: data })

  const length = viewOf(bytes).getUint16(start + 2)
  if (length < 2)
    return undefined
  const segment = segmentWithin(bytes, { name, content: contentOf(name, bytes, data), start, data, end: start + 2 + length })
  return name === 'SOS' && !segment.cut ? withScan(bytes, segment) : segment
}

/** A start of scan has no length that covers the pixels which follow it: they last until the next marker. */
function withScan(bytes: Uint8Array, header: Segment): Segment {
  const end = nextMarker(bytes, header.end, isRestart)
  return { ...header, end, cut: end === bytes.length }
}

/** An FF followed by neither 0, which stuffs pixels, nor another FF, which fills. The end of the file if there is none. */
function nextMarker(bytes: Uint8Array, from: number, isSkipped = (_marker: number) => false) {
  for (let at = bytes.indexOf(0xFF, from); at !== -1; at = bytes.indexOf(0xFF, at + 1)) {
    const marker = bytes[at + 1]
    if (marker && marker !== 0xFF && !isSkipped(marker))
      return at
  }
  return bytes.length
}

const isRestart = (marker: number) => marker >= 0xD0 && marker <= 0xD7
const isStandalone = (marker: number) => marker === 0x01 || (marker >= 0xD0 && marker <= 0xD9)
/** SOF0 to SOF15, but not the tables DHT, JPG and DAC among them. */
const isFrame = (marker: number) => marker >= 0xC0 && marker <= 0xCF && ![0xC4, 0xC8, 0xCC].includes(marker)

const NAMES: Record<number, string> = { 0xD8: 'SOI', 0xD9: 'EOI', 0xDA: 'SOS', 0xFE: 'COM' }

function nameOf(marker: number) {
  if (isFrame(marker))
    return 'SOF'
  if (marker >= 0xE0 && marker <= 0xEF)
    return `APP${marker - 0xE0}`
  return NAMES[marker] ?? marker.toString(16)
}

function contentOf(name: string, bytes: Uint8Array, data: number): Content {
  const beginning = `${name} ${asciiAt(bytes, data, 12)}`
  return APPLICATIONS.find(([known]) => beginning.startsWith(known))?.[1] ?? 'picture'
}
