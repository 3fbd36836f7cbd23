import { viewOf } from '../segment.ts'
import { UNREAD, type ForeignFacts } from './foreignFacts.ts'
import { byteAt } from '../../bytes/byteAt.ts'

const ENTRY_BYTES = 16

/** Icons and mouse pointers: the same picture in several sizes, of which the largest is converted. */
export function inspectIco(bytes: Uint8Array): ForeignFacts {
  if (bytes.length < 6)
    return { ...UNREAD, complete: false }
  const view = viewOf(bytes)
  const count = view.getUint16(4, true)
  const sizes: { width: number, height: number }[] = []
  let complete = 6 + count * ENTRY_BYTES <= bytes.length
  for (let at = 6; at + ENTRY_BYTES <= bytes.length && sizes.length < count; at += ENTRY_BYTES) {
    sizes.push({ width: byteAt(bytes, at) || 256, height: byteAt(bytes, at + 1) || 256 })
    complete &&= view.getUint32(at + 8, true) + view.getUint32(at + 12, true) <= bytes.length
  }
  return { ...UNREAD, size: sizes.sort((a, b) => b.width * b.height - a.width * a.height)[0], complete }
}
