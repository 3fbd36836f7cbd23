import { crc32 } from 'node:zlib'
import { gifBytes, jpegBytes, pngBytes, webpBytes, type PngOptions } from './images.ts'

// Small images with whatever cameras and editors put into them, built by hand.

export interface ExifOptions {
  orientation?: number
  position?: boolean
  camera?: boolean
  littleEndian?: boolean
}

/** The TIFF structure itself. Its GPS directory names a place in Rome, its main one a camera. */
export function exifBytes({ orientation, position = false, camera = false, littleEndian = false }: ExifOptions = {}): Uint8Array {
  const short = (value: number) => number(value, 2, littleEndian)
  const long = (value: number) => number(value, 4, littleEndian)
  const entry = (tag: number, type: number, count: number, value: Uint8Array) =>
    concat(short(tag), short(type), long(count), value, new Uint8Array(4 - value.length))

  const entries = (Number(orientation !== undefined) + Number(position) + Number(camera))
  const afterMain = 8 + 2 + 12 * entries + 4
  const gps = afterMain + 8
  const main = [
    camera && entry(0x010F, 2, 8, long(afterMain)),
    orientation !== undefined && entry(0x0112, 3, 1, short(orientation)),
    position && entry(0x8825, 4, 1, long(gps)),
  ].filter(part => part !== false)
  const degrees = gps + 2 + 12 * 4 + 4

  return concat(
    text(littleEndian ? 'II' : 'MM'), short(42), long(8),
    short(entries), ...main, long(0),
    text('Kamera1\0'),
    short(4),
    entry(1, 2, 2, text('N\0')), entry(2, 5, 3, long(degrees)),
    entry(3, 2, 2, text('E\0')), entry(4, 5, 3, long(degrees + 24)),
    long(0),
    ...[41, 53, 24, 12, 29, 32].flatMap(value => [long(value), long(1)]),
  )
}

const XMP = (content: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description ${content}/></rdf:RDF></x:xmpmeta>`

export const xmp = XMP('xmp:CreatorTool="Kamera1"')
export const xmpWithPosition = XMP('exif:GPSLatitude="41,53.4N" exif:GPSLongitude="12,29.5E"')

/** One marker segment. */
export function jpegSegment(marker: number, payload: string | Uint8Array): Uint8Array {
  const data = text(payload)
  return concat(new Uint8Array([0xFF, marker]), number(data.length + 2, 2), data)
}

export const jpegExif = (options: ExifOptions) => jpegSegment(0xE1, concat(text('Exif\0\0'), exifBytes(options)))

/** A real JPEG, with further segments at its beginning and bytes after its end. */
export function jpegWith(segments: readonly Uint8Array[], trailer: Uint8Array = new Uint8Array()): Uint8Array {
  const jpeg = jpegBytes()
  return concat(jpeg.subarray(0, 2), ...segments, jpeg.subarray(2), trailer)
}

/** Its pixels are in two scans with tables between them, with restart markers and stuffed FFs. No decoder takes it. */
export const progressiveJpegBytes = () => concat(
  new Uint8Array([0xFF, 0xD8]),
  jpegSegment(0xC2, new Uint8Array([8, 0, 3, 0, 4, 1, 1, 0x11, 0])),
  jpegSegment(0xDA, new Uint8Array([1, 1, 0, 0, 0, 0])),
  new Uint8Array([1, 2, 0xFF, 0, 3, 0xFF, 0xD0, 4, 0xFF, 0xD7, 5]),
  jpegSegment(0xC4, new Uint8Array([0xFF, 0xD9])), // looks like an end
  jpegSegment(0xDA, new Uint8Array([1, 1, 0, 1, 63, 0])),
  new Uint8Array([6, 0xFF, 0, 0xFF, 0xFF, 0xD9]),
)

export function pngChunk(name: string, payload: string | Uint8Array): Uint8Array {
  const named = concat(text(name), text(payload))
  return concat(number(named.length - 4, 4), named, number(crc32(named), 4))
}

/** A real PNG, with further chunks before its pixels and bytes after its end. */
export function pngWith(chunks: readonly Uint8Array[], trailer: Uint8Array = new Uint8Array()): Uint8Array {
  const png = pngBytes()
  return concat(png.subarray(0, 33), ...chunks, png.subarray(33), trailer)
}

export function webpChunk(name: string, payload: string | Uint8Array): Uint8Array {
  const data = text(payload)
  return concat(text(name), number(data.length, 4, true), data, new Uint8Array(data.length % 2))
}

/** A real WebP in the extended format, with chunks after its pixels and bytes after its end. */
export function webpWith(chunks: readonly Uint8Array[], trailer: Uint8Array = new Uint8Array()): Uint8Array {
  const names = chunks.map(chunk => String.fromCharCode(...chunk.subarray(0, 4)))
  const flags = (names.includes('EXIF') ? 0x08 : 0) | (names.includes('XMP ') ? 0x04 : 0)
  return concat(riff(webpChunk('VP8X', new Uint8Array([flags, 0, 0, 0, 0, 0, 0, 0, 0, 0])), webpBytes().subarray(12), ...chunks), trailer)
}

/** One pixel, twice. */
export function animatedGifBytes(): Uint8Array {
  const gif = gifBytes()
  const frame = gif.subarray(19, -1) // header, colours and one graphics control before it, the end after it
  return concat(gif.subarray(0, -1), frame, gif.subarray(-1))
}

/** One pixel, twice. */
export function animatedWebpBytes({ frames = 2 } = {}): Uint8Array {
  const frame = webpChunk('ANMF', concat(new Uint8Array([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0]), webpBytes().subarray(12)))
  return riff(webpChunk('VP8X', new Uint8Array([0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0])), webpChunk('ANIM', new Uint8Array(6)), ...Array.from({ length: frames }, () => frame))
}

/** Announces the frames of an animation that is played for ever. */
export const animationControl = (frames: number) => pngChunk('acTL', concat(number(frames, 4), number(0, 4)))

/** One frame of 8 x 8 pixels, shown for a tenth of a second. */
const frameControl = (sequence: number) =>
  pngChunk('fcTL', concat(number(sequence, 4), number(8, 4), number(8, 4), number(0, 4), number(0, 4), number(1, 2), number(10, 2), number(0, 2)))

/**
 * A picture, then another.
 * @param hidden the animation is only the other one: what plays it never shows the first
 */
export function animatedPngBytes({ hidden = false, still: first, frame }: { hidden?: boolean, still?: PngOptions['colour'], frame?: PngOptions['colour'] } = {}): Uint8Array {
  const still = pngBytes({ colour: first })
  const pixels = pngPixels(pngBytes({ seed: 2, colour: frame }))
  const frames = hidden ? [frameControl(0)] : [frameControl(1)]
  const moving = [...frames, pngChunk('fdAT', concat(number(hidden ? 1 : 2, 4), pixels))]
  const before = hidden ? [animationControl(1)] : [animationControl(2), frameControl(0)]
  return concat(still.subarray(0, 33), ...before, still.subarray(33, -12), ...moving, still.subarray(-12))
}

/** An animation that is announced, and whole, but only after the picture's own pixels: no program plays it. */
export function lateAnimationPngBytes(): Uint8Array {
  const still = pngBytes()
  const frame = pngChunk('fdAT', concat(number(1, 4), pngPixels(pngBytes({ seed: 2 }))))
  return concat(still.subarray(0, -12), animationControl(1), frameControl(0), frame, still.subarray(-12))
}

/** What the only IDAT of `pngBytes` holds. */
const pngPixels = (png: Uint8Array) => png.subarray(33 + 8, -12 - 4)

export const concat = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

export function repeated(part: Uint8Array, times: number): Uint8Array {
  return new Uint8Array(Buffer.alloc(part.length * times, part))
}

/** Text as it is written, a byte for each character; bytes as they are. */
export const text = (value: string | Uint8Array) =>
  typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'latin1')) : value

function riff(...chunks: readonly Uint8Array[]) {
  const body = concat(text('WEBP'), ...chunks)
  return concat(text('RIFF'), number(body.length, 4, true), body)
}

export function number(value: number, length: 2 | 4, littleEndian = false) {
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  if (length === 2)
    view.setUint16(0, value, littleEndian)
  else
    view.setUint32(0, value, littleEndian)
  return bytes
}
