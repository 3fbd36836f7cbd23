/** The pixel size an image's header states, read without decoding it. */
export interface PixelSize { width: number, height: number }

/** What a segment is there for. Only `picture` is needed to look the same. */
export type Content =
  | 'picture' // pixels, colours, transparency, animation
  | 'exif'
  | 'camera' // XMP, IPTC and whatever else cameras and editors add
  | 'packed' // the same, compressed: it may say anything
  | 'remark' // texts, dates, things nobody knows
  | 'trailer' // after the picture's end: previews, depth maps, videos

/** A stretch of an image file. One begins where the last one ended; together they are the whole file. */
export interface Segment {
  name: string
  content: Content
  start: number
  /** Where its payload begins, after the name and the length. */
  data: number
  end: number
  /** The file ends before this does. */
  cut: boolean
}

/** What must be known about a format. All of it holds for any bytes: nothing throws, all takes linear time. */
export interface ImageFormat {
  /** Yields nothing where the bytes are of another format. */
  segments(bytes: Uint8Array): Generator<Segment>
  /** Reads no further than it must. */
  size(bytes: Uint8Array, segments: Iterable<Segment>): PixelSize | undefined
  isAnimated(bytes: Uint8Array, segments: readonly Segment[]): boolean
  isComplete(segments: readonly Segment[]): boolean
  /** A segment that holds this EXIF. Absent where the format knows no metadata worth removing. */
  exifSegment?(exif: Uint8Array): Uint8Array
  /** Corrects, in place, what a file says about its own segments after some were left out. */
  correct?(stripped: Uint8Array, original: Uint8Array): void
}

/** Far more than any real image has, and few enough to be remembered. What follows is not looked at. */
const MAX_SEGMENTS = 50_000

export function listSegments(format: ImageFormat, bytes: Uint8Array): Segment[] {
  const segments: Segment[] = []
  for (const segment of format.segments(bytes)) {
    segments.push(segment)
    if (segments.length === MAX_SEGMENTS)
      break
  }
  return segments
}

/** One that ends within the file, whatever it claims. */
export function segmentWithin(bytes: Uint8Array, segment: Omit<Segment, 'cut'>): Segment {
  const { length } = bytes
  return { ...segment, data: Math.min(segment.data, length), end: Math.min(segment.end, length), cut: segment.end > length }
}

/** What is left when a walk has ended, be it at the picture's end or because nothing makes sense any more. */
export function* rest(bytes: Uint8Array, start: number, content: Content = 'trailer'): Generator<Segment> {
  if (start < bytes.length)
    yield { name: 'rest', content, start, data: start, end: bytes.length, cut: false }
}

/** A cut one does not count. */
export const has = (segments: readonly Segment[], ...names: string[]) =>
  segments.some(({ name, cut }) => names.includes(name) && !cut)

export const pixelSize = (width: number, height: number): PixelSize | undefined =>
  width > 0 && height > 0 ? { width, height } : undefined

export const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Up to `length` characters, fewer at the end of the file. */
export const asciiAt = (bytes: Uint8Array, offset: number, length: number) =>
  String.fromCharCode(...bytes.subarray(offset, offset + length))

export const ascii = (text: string) => Uint8Array.from(text, char => char.charCodeAt(0))

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
