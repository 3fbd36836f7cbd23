import { asciiAt, viewOf } from '../segment.ts'

/** A box of an ISO media file (AVIF, HEIC): a length, a name, and what it holds. */
export interface Box {
  name: string
  data: number
  end: number
  /** The file ends before it does. */
  cut: boolean
}

/** Far more than any real picture has in one place. */
const MAX_BOXES = 5000

/** The boxes that lie side by side between two places. Never throws, and takes linear time. */
export function listBoxes(bytes: Uint8Array, start = 0, end = bytes.length): Box[] {
  const view = viewOf(bytes)
  const boxes: Box[] = []
  while (start + 8 <= end && boxes.length < MAX_BOXES) {
    const short = view.getUint32(start)
    const header = short === 1 ? 16 : 8
    if (start + header > end)
      break
    const size = short === 1 ? Number(view.getBigUint64(start + 8)) : short === 0 ? end - start : short
    if (size < header)
      break
    boxes.push({ name: asciiAt(bytes, start + 4, 4), data: start + header, end: Math.min(start + size, end), cut: start + size > end })
    start += size
  }
  return boxes
}

/** Those at the end of a path, within any of the boxes on the way. `meta` begins with four bytes of its own. */
export function boxesAt(bytes: Uint8Array, path: readonly string[], boxes = listBoxes(bytes)): Box[] {
  const [name, ...deeper] = path
  const found = boxes.filter(box => box.name === name)
  if (deeper.length === 0)
    return found
  return found.flatMap(box => boxesAt(bytes, deeper, listBoxes(bytes, box.data + (name === 'meta' ? 4 : 0), box.end)))
}
