import { asciiAt, pixelSize, viewOf } from '../segment.ts'
import { UNREAD, type ForeignFacts } from './foreignFacts.ts'

/** More than any scan has pages. */
const MAX_PAGES = 5000
/** More parts of a picture than any real one has. */
const MAX_PARTS = 500_000

const TAGS = { kind: 254, width: 256, height: 257, offsets: [273, 324], lengths: [279, 325], jpeg: 513, orientation: 274, raw: 50706 }
/** Bits of `kind`: a smaller copy of another page, or its mask. */
const NO_PAGE = 0b101
/** Bytes of one value, by type: 8, text, 16 and 32 bits. */
const BYTES: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4 }

interface Directory {
  start: number
  /** Where it names the next one. */
  end: number
  /** Values are read when they are asked for. */
  entries: Map<number, () => number[]>
}

export interface TiffFacts extends ForeignFacts {
  /** EXIF's 1 to 8, of the page that is converted; 1 is upright. */
  orientation: number
  /** Which of its directories holds that page, from 0. */
  index: number
  /** Camera makers put their raw photos into TIFFs, with a small preview where a picture is looked for. */
  raw: boolean
}

/** Follows the chain of pages, each of them once. Of a BigTIFF only the beginning is known. */
export function inspectTiff(bytes: Uint8Array): TiffFacts {
  const directories = listDirectories(bytes)
  const pages = directories.filter(directory => !(valueOf(directory, TAGS.kind) & NO_PAGE))
  const first = pages[0] ?? directories[0]
  const isBig = asciiAt(bytes, 0, 4).includes('+')
  return {
    ...UNREAD,
    size: first && pixelSize(valueOf(first, TAGS.width), valueOf(first, TAGS.height)),
    complete: isBig || (first !== undefined && lastByte(first) <= bytes.length),
    pages: Math.max(1, pages.length),
    orientation: (first && valueOf(first, TAGS.orientation)) || 1,
    index: first ? directories.indexOf(first) : 0,
    raw: directories.some(directory => directory.entries.has(TAGS.raw)) || (directories.length > 0 && pages.length === 0),
  }
}

/** A copy whose only directory is this one of it. */
export function onlyDirectory(bytes: Uint8Array, index: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes)
  const directory = listDirectories(bytes)[index]
  if (!directory)
    return copy
  viewOf(copy).setUint32(4, directory.start, asciiAt(bytes, 0, 2) === 'II')
  copy.fill(0, directory.end, directory.end + 4)
  return copy
}

function listDirectories(bytes: Uint8Array): Directory[] {
  const order = asciiAt(bytes, 0, 4)
  if (bytes.length < 8 || (order !== 'II*\0' && order !== 'MM\0*'))
    return []
  const view = viewOf(bytes)
  const littleEndian = order.startsWith('II')
  const directories: Directory[] = []
  const seen = new Set<number>()
  let start = view.getUint32(4, littleEndian)
  while (start >= 8 && start + 2 <= bytes.length && !seen.has(start) && seen.size < MAX_PAGES) {
    seen.add(start)
    const end = start + 2 + 12 * view.getUint16(start, littleEndian)
    directories.push({ start, end, entries: readEntries(view, start + 2, Math.min(end, bytes.length), littleEndian) })
    start = end + 4 <= bytes.length ? view.getUint32(end, littleEndian) : 0
  }
  return directories
}

function readEntries(view: DataView, start: number, end: number, littleEndian: boolean) {
  const entries: Directory['entries'] = new Map()
  for (let entry = start; entry + 12 <= end; entry += 12)
    entries.set(view.getUint16(entry, littleEndian), () => readValues(view, entry, littleEndian))
  return entries
}

function readValues(view: DataView, entry: number, littleEndian: boolean): number[] {
  const bytes = BYTES[view.getUint16(entry + 2, littleEndian)] ?? 0
  const count = Math.min(view.getUint32(entry + 4, littleEndian), MAX_PARTS)
  const start = bytes * count <= 4 ? entry + 8 : view.getUint32(entry + 8, littleEndian)
  const values: number[] = []
  for (let at = start; bytes > 0 && values.length < count && at + bytes <= view.byteLength; at += bytes)
    values.push(bytes === 1 ? view.getUint8(at) : bytes === 2 ? view.getUint16(at, littleEndian) : view.getUint32(at, littleEndian))
  return values
}

const valueOf = ({ entries }: Directory, tag: number) => entries.get(tag)?.()[0] ?? 0

/** Where the last of its strips or tiles ends. */
function lastByte({ entries }: Directory): number {
  const read = (tags: readonly number[]) => tags.flatMap(tag => entries.get(tag)?.() ?? [])
  const offsets = read(TAGS.offsets)
  const lengths = read(TAGS.lengths)
  if (offsets.length === 0)
    return entries.has(TAGS.jpeg) ? 0 : Infinity // an old form has its pixels in one piece, elsewhere
  return offsets.reduce((last, offset, i) => Math.max(last, offset + (lengths[i] ?? 0)), 0)
}
