import { asciiAt, viewOf } from './segment.ts'

/** What metadata tells. Undefined orientation: it says none. */
export interface Told {
  orientation?: number
  hasPosition: boolean
  hasCameraData: boolean
}

const ORIENTATION = 0x0112
const EXIF_DIRECTORY = 0x8769
const GPS_DIRECTORY = 0x8825
const SHORT = 3

/** GPSLatitude and GPSLongitude */
const POSITION = [0x0002, 0x0004]

/** Tags that describe the pixels or the EXIF itself. Every other one tells something about camera, day or person. */
const PLAIN = new Set([
  ORIENTATION,
  EXIF_DIRECTORY,
  0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0115, 0x011C, // size, bits, compression, kind and number of channels
  0x011A, 0x011B, 0x0128, // resolution
  0x0211, 0x0212, 0x0213, 0x0214, 0x013E, 0x013F, // brightness, colours
  0x9000, 0x9101, 0xA000, 0xA001, 0xA002, 0xA003, 0xA005, // versions, colour space, size
])

/**
 * Reads a TIFF structure, with or without `Exif` before it. Only the first directory and the two it points to:
 * chains are not followed, so none can be endless.
 */
export function readExif(bytes: Uint8Array): Told {
  const tiff = asciiAt(bytes, 0, 5) === 'Exif\0' ? bytes.subarray(6) : bytes
  const order = asciiAt(tiff, 0, 4)
  if (tiff.length < 8 || (order !== 'II*\0' && order !== 'MM\0*'))
    return { hasPosition: false, hasCameraData: false }

  const littleEndian = order.startsWith('II')
  const view = viewOf(tiff)
  const main = readDirectory(view, view.getUint32(4, littleEndian), littleEndian)
  const behind = (tag: number) => {
    const pointer = main.find(entry => entry.tag === tag)
    return pointer ? readDirectory(view, view.getUint32(pointer.value, littleEndian), littleEndian) : []
  }
  return {
    orientation: orientationIn(main, view, littleEndian),
    hasPosition: behind(GPS_DIRECTORY).some(({ tag }) => POSITION.includes(tag)),
    hasCameraData: [...main, ...behind(EXIF_DIRECTORY)].some(({ tag }) => !PLAIN.has(tag)),
  }
}

/** The smallest EXIF there is: the orientation and nothing else. */
export function orientationExif(orientation: number): Uint8Array {
  return new Uint8Array([
    0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8, // big endian, the directory comes next
    0, 1, // one entry: tag, type, one value, filled up to four bytes
    0x01, 0x12, 0, SHORT, 0, 0, 0, 1, 0, orientation, 0, 0,
    0, 0, 0, 0, // no further directory
  ])
}

interface Entry {
  tag: number
  type: number
  /** Where its value is, or where it is pointed to. */
  value: number
}

/** As many entries as lie within the bytes, whatever their number claims to be. */
function readDirectory(view: DataView, start: number, littleEndian: boolean): Entry[] {
  if (start + 2 > view.byteLength)
    return []
  const entries: Entry[] = []
  const end = Math.min(view.byteLength, start + 2 + 12 * view.getUint16(start, littleEndian))
  for (let offset = start + 2; offset + 12 <= end; offset += 12)
    entries.push({ tag: view.getUint16(offset, littleEndian), type: view.getUint16(offset + 2, littleEndian), value: offset + 8 })
  return entries
}

function orientationIn(directory: Entry[], view: DataView, littleEndian: boolean) {
  const entry = directory.find(({ tag, type }) => tag === ORIENTATION && type === SHORT)
  const orientation = entry ? view.getUint16(entry.value, littleEndian) : 0
  return orientation >= 1 && orientation <= 8 ? orientation : undefined
}
