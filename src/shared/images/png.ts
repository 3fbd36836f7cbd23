import { ascii, asciiAt, has, joined, listSegments, pixelSize, rest, segmentWithin, viewOf, type Content, type ImageFormat, type Segment } from './segment.ts'

const SIGNATURE = '\x89PNG\r\n\x1A\n'

/** Optional chunks that change how the picture looks. Those whose name begins with a capital are never optional. */
const VISIBLE = 'gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT pHYs sPLT hIST bKGD tRNS acTL fcTL fdAT'.split(' ')

/** Texts that are more than remarks, by their first characters. Raw profiles are compressed or in hexadecimal. */
const TEXTS: [RegExp, Content][] = [
  [/^Raw profile type (exif|app1|xmp)\0/i, 'packed'],
  [/^Raw profile type (iptc|8bim)\0/i, 'camera'],
  [/^XML:com\.adobe\.xmp\0\0/, 'camera'], // the second zero: not compressed
  [/^XML:com\.adobe\.xmp\0/, 'packed'],
]

export const png: ImageFormat = {
  * segments(bytes) {
    if (asciiAt(bytes, 0, SIGNATURE.length) !== SIGNATURE)
      return
    yield { name: 'signature', content: 'picture', start: 0, data: 0, end: SIGNATURE.length, cut: false }
    yield* chunks(bytes, SIGNATURE.length)
  },

  size(bytes, segments) {
    const [, header] = take(segments, 2)
    if (header?.name !== 'IHDR' || header.end - header.data !== 13 + 4 || !hasCorrectSum(bytes, header))
      return undefined
    const view = viewOf(bytes)
    return pixelSize(view.getUint32(header.data), view.getUint32(header.data + 4))
  },

  isAnimated: (bytes, segments) => picturesOf(bytes, segments) > 1,
  isComplete: segments => has(segments, 'IDAT') && has(segments, 'IEND'),
  exifSegment: exif => chunk('eXIf', exif),
}

const ANIMATION = ['acTL', 'fcTL', 'fdAT']

/**
 * The same PNG without its animation: the still picture, which is what programs see that do not play it, Claude
 * among them. As it is where it does not move.
 */
export function stillPng<B extends ArrayBufferLike>(bytes: Uint8Array<B>): Uint8Array<B | ArrayBuffer> {
  const segments = listSegments(png, bytes)
  return has(segments, 'acTL')
    ? joined(segments.filter(({ name }) => !ANIMATION.includes(name)).map(({ start, end }) => bytes.subarray(start, end)))
    : bytes
}

/** The still picture may be none of those that move: then who plays the file never sees it. */
export function hidesStill(bytes: Uint8Array): boolean {
  const segments = listSegments(png, bytes)
  return framesOf(bytes, segments) > 0 && isHidden(segments)
}

/** Of the animation, and the still picture where it is none of them. */
const picturesOf = (bytes: Uint8Array, segments: readonly Segment[]) =>
  framesOf(bytes, segments) + (isHidden(segments) ? 1 : 0)

/** As many as are announced before the pixels, and are there. What is announced later no program plays. */
function framesOf(bytes: Uint8Array, segments: readonly Segment[]) {
  const announced = beforePixels(segments).find(({ name, data, end }) => name === 'acTL' && end - data >= 8)
  return announced ? Math.min(viewOf(bytes).getUint32(announced.data), segments.filter(({ name }) => name === 'fcTL').length) : 0
}

const isHidden = (segments: readonly Segment[]) => !has(beforePixels(segments), 'fcTL')

function beforePixels(segments: readonly Segment[]) {
  const pixels = segments.findIndex(({ name }) => name === 'IDAT')
  return pixels === -1 ? segments : segments.slice(0, pixels)
}

function* chunks(bytes: Uint8Array, start: number): Generator<Segment> {
  const view = viewOf(bytes)
  while (start + 8 <= bytes.length) {
    const name = asciiAt(bytes, start + 4, 4)
    if (!/^[a-z]{4}$/i.test(name))
      break
    const data = start + 8
    yield segmentWithin(bytes, { name, content: contentOf(name, bytes, data), start, data, end: data + view.getUint32(start) + 4 })
    start = Math.min(data + view.getUint32(start) + 4, bytes.length)
    if (name === 'IEND')
      break
  }
  yield* rest(bytes, start)
}

function contentOf(name: string, bytes: Uint8Array, data: number): Content {
  if (/^[A-Z]/.test(name) || VISIBLE.includes(name))
    return 'picture'
  if (name === 'eXIf')
    return 'exif'
  if (!/^(tEXt|zTXt|iTXt)$/.test(name))
    return 'remark'
  const beginning = asciiAt(bytes, data, 32)
  return TEXTS.find(([pattern]) => pattern.test(beginning))?.[1] ?? 'remark'
}

function chunk(name: string, payload: Uint8Array) {
  const bytes = joined([new Uint8Array(4), ascii(name), payload, new Uint8Array(4)])
  const view = viewOf(bytes)
  view.setUint32(0, payload.length)
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(4, -4)))
  return bytes
}

function hasCorrectSum(bytes: Uint8Array, { start, end, cut }: Segment) {
  return !cut && viewOf(bytes).getUint32(end - 4) === crc32(bytes.subarray(start + 4, end - 4))
}

/** Bit by bit, without a table: only ever for a handful of bytes. */
function crc32(bytes: Uint8Array) {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++)
      crc = crc >>> 1 ^ (crc & 1 ? 0xEDB88320 : 0)
  }
  return ~crc >>> 0
}

function take<T>(items: Iterable<T>, count: number): T[] {
  const taken: T[] = []
  for (const item of items) {
    taken.push(item)
    if (taken.length === count)
      break
  }
  return taken
}
