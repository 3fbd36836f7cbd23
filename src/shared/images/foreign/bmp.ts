import { pixelSize, viewOf } from '../segment.ts'
import { UNREAD, type ForeignFacts } from './foreignFacts.ts'

const FILE_HEADER = 14
/** Headers up to this length hold sizes of 16 bits. */
const OLD_HEADER = 12
/** Compressions that leave rows of a fixed length. */
const PLAIN = [0, 3, 6]

export function inspectBmp(bytes: Uint8Array): ForeignFacts {
  const view = viewOf(bytes)
  if (bytes.length < FILE_HEADER + OLD_HEADER)
    return { ...UNREAD, complete: false }
  const header = view.getUint32(FILE_HEADER, true)
  if (header > OLD_HEADER && bytes.length < FILE_HEADER + 24)
    return { ...UNREAD, complete: false }

  const old = header <= OLD_HEADER
  const width = old ? view.getUint16(18, true) : Math.abs(view.getInt32(18, true))
  const height = old ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true)) // a negative one: from top to bottom
  const bits = view.getUint16(old ? 24 : 28, true)
  const compression = old ? 0 : view.getUint32(30, true)
  const pixels = PLAIN.includes(compression) ? Math.ceil(width * bits / 32) * 4 * height : statedBytes(view)
  return { ...UNREAD, size: pixelSize(width, height), complete: view.getUint32(10, true) + pixels <= bytes.length }
}

/** Of compressed pixels; 0 where nothing is said. */
const statedBytes = (view: DataView) => view.byteLength < 38 ? 0 : view.getUint32(34, true)
