import { readExif, type Told } from './exif.ts'
import type { Content, Segment } from './segment.ts'
import { namesPosition, occurrences } from './wordsInBytes.ts'

/** What each kind of segment tells, from its payload. */
const READERS: Record<Content, (payload: Uint8Array) => Told> = {
  picture: () => ({ hasPosition: false, hasCameraData: false }),
  exif: readExif,
  camera: payload => ({ hasPosition: namesPosition(payload), hasCameraData: true }),
  packed: () => ({ hasPosition: true, hasCameraData: true }), // not opened: better to warn once too often
  remark: payload => ({ hasPosition: namesPosition(payload), hasCameraData: false }),
  trailer: readTrailer,
}

export function readMetadata(bytes: Uint8Array, segments: readonly Segment[]): Told {
  const told = segments
    .filter(({ content }) => content !== 'picture')
    .map(({ content, data, end }) => READERS[content](bytes.subarray(data, end)))
  return {
    orientation: told.find(({ orientation }) => orientation)?.orientation,
    hasPosition: told.some(({ hasPosition }) => hasPosition),
    hasCameraData: told.some(({ hasCameraData }) => hasCameraData),
  }
}

/** More pictures than any camera appends, and few enough to look at each. */
const MAX_APPENDED = 16
const MAX_EXIF_BYTES = 0xFFFF

/** Cameras append previews, depth maps and videos, each with metadata of its own. Its orientation is not the picture's. */
function readTrailer(bytes: Uint8Array): Told {
  const appended = occurrences(bytes, 'Exif\0\0', MAX_APPENDED)
    .map(start => readExif(bytes.subarray(start, start + MAX_EXIF_BYTES)))
  return {
    hasPosition: namesPosition(bytes) || appended.some(({ hasPosition }) => hasPosition),
    hasCameraData: appended.some(({ hasCameraData }) => hasCameraData),
  }
}
