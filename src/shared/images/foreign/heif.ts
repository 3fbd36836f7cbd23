import { pixelSize, viewOf, type PixelSize } from '../segment.ts'
import { boxesAt, listBoxes, type Box } from './boxes.ts'
import { UNREAD, type ForeignFacts } from './foreignFacts.ts'

/** AVIF and HEIC. */
export function inspectHeif(bytes: Uint8Array): ForeignFacts {
  const boxes = listBoxes(bytes)
  const sizes = boxesAt(bytes, ['meta', 'iprp', 'ipco', 'ispe'], boxes).flatMap(box => sizeIn(bytes, box) ?? [])
  return {
    ...UNREAD,
    // The picture is larger than its previews, its tiles and its depth map.
    size: sizes.sort((a, b) => b.width * b.height - a.width * a.height)[0],
    complete: boxes.some(({ name }) => ['meta', 'mini', 'moov'].includes(name)) && !boxes.some(({ cut }) => cut)
      && boxesAt(bytes, ['meta', 'iloc'], boxes).every(box => lastByte(bytes, box) <= bytes.length),
    animated: boxesAt(bytes, ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsz'], boxes).some(box => uint32(bytes, box, 8) > 1),
  }
}

const sizeIn = (bytes: Uint8Array, box: Box): PixelSize | undefined => pixelSize(uint32(bytes, box, 4), uint32(bytes, box, 8))

const uint32 = (bytes: Uint8Array, { data, end }: Box, offset: number) =>
  data + offset + 4 <= end ? viewOf(bytes).getUint32(data + offset) : 0

/** Where the last byte lies of all that the box of places names. */
function lastByte(bytes: Uint8Array, { data, end }: Box): number {
  const read = reader(bytes.subarray(data, end))
  const version = read(1)
  read(3)
  const [sizes, more] = [read(1), read(1)]
  const layout = { version, offset: sizes >> 4, length: sizes & 15, base: more >> 4, index: version === 0 ? 0 : more & 15 }
  const count = read(version < 2 ? 2 : 4)
  let last = 0
  for (let item = 0; item < count && !read.ended(); item++)
    last = Math.max(last, itemEnd(read, layout))
  return last
}

/** How many bytes each number has in this version of the box. */
interface ItemLayout { version: number, offset: number, length: number, base: number, index: number }

/** Where the last byte of the next item lies; 0 of one that is not in this file. */
function itemEnd(read: Reader, { version, offset, length, base: baseSize, index }: ItemLayout): number {
  read(version < 2 ? 2 : 4)
  const isInFile = version === 0 || (read(2) & 15) === 0
  read(2)
  const base = read(baseSize)
  let last = 0
  for (let extents = read(2); extents > 0 && !read.ended(); extents--) {
    read(index)
    const extentEnd = base + read(offset) + read(length)
    last = isInFile && !read.ended() ? Math.max(last, extentEnd) : last
  }
  return last
}

type Reader = ReturnType<typeof reader>

/** Reads numbers of so many bytes one after the other; zeros where there are none left. */
function reader(bytes: Uint8Array) {
  let at = 0
  const read = (length: number) => {
    let value = 0
    for (const end = at + length; at < end; at++)
      value = value * 256 + (bytes[at] ?? 0)
    return value
  }
  return Object.assign(read, { ended: () => at > bytes.length })
}
