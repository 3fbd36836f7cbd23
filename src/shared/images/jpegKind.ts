import { jpeg } from './jpeg.ts'
import { byteAt } from '../bytes/byteAt.ts'

/** JPEGs that neither browsers nor Claude open, though they are whole. */
export type UnusualJpeg = 'lossless JPEG' | 'JPEG-LS' | 'hierarchical JPEG' | 'arithmetic JPEG' | '12-bit JPEG'

/** What lies at the start of a frame: how deep its samples are, and what it is made of. */
export interface JpegFrame {
  /** Its marker's second byte: 0xC0 is the usual one. */
  marker: number
  /** Bits of a sample. */
  precision: number
  components: number
}

/** Numbers of markers, by kind. C4, C8 and CC are no frames. */
const KINDS: [UnusualJpeg, readonly number[]][] = [
  ['lossless JPEG', [0xC3]],
  ['JPEG-LS', [0xF7]],
  ['hierarchical JPEG', [0xDE, 0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF]],
  ['arithmetic JPEG', [0xC9, 0xCA, 0xCB]],
]
const USUAL = [0xC0, 0xC1, 0xC2]

/** Undefined for the usual kinds, and where there is no frame at all. Never throws. */
export function unusualJpeg(bytes: Uint8Array): UnusualJpeg | undefined {
  const frame = readJpegFrame(bytes)
  if (!frame)
    return undefined
  if (USUAL.includes(frame.marker))
    return frame.precision === 12 ? '12-bit JPEG' : undefined
  return KINDS.find(([, markers]) => markers.includes(frame.marker))?.[0]
}

export function readJpegFrame(bytes: Uint8Array): JpegFrame | undefined {
  for (const { start, data, end, cut } of jpeg.segments(bytes)) {
    const marker = byteAt(bytes, start + 1)
    const isFrame = USUAL.includes(marker) || KINDS.some(([, markers]) => markers.includes(marker))
    if (isFrame && bytes[start] === 0xFF && !cut && end - data >= 6)
      return { marker, precision: byteAt(bytes, data), components: byteAt(bytes, data + 5) }
  }
  return undefined
}
