import { asciiAt } from '../segment.ts'
import type { ForeignImage } from './phrases.ts'

/*
 * Pictures that Claude does not take: how they are known, what they are called, and what brings them into a form
 * that it does take, where neither a browser nor this app can.
 */

interface ForeignKind {
  /** Goes on after "this browser cannot convert: ". */
  remedy: string
  isOne(bytes: Uint8Array): boolean
}

/** @param signature a character for each byte */
const startsWith = (bytes: Uint8Array, signature: string, offset = 0) => asciiAt(bytes, offset, signature.length) === signature
const begins = (...signatures: readonly string[]) => (bytes: Uint8Array) => signatures.some(signature => startsWith(bytes, signature))
const brand = (pattern: RegExp) => (bytes: Uint8Array) => brandsOf(bytes).some(name => pattern.test(name))
const asJpegOrPng = (programs?: string) => `${programs ? `open it in ${programs}, ` : ''}export it as JPEG or PNG`

const KINDS = {
  'AVIF': { remedy: asJpegOrPng(), isOne: brand(/^avi[fs]$/) },
  'HEIC': { remedy: asJpegOrPng(), isOne: brand(/^(hei[cmsx]|hev[cmsx]|mif[13]|msf1)$/) },
  'camera raw': {
    remedy: asJpegOrPng('the camera\'s program, Lightroom or darktable'),
    isOne: bytes => begins('FUJIFILMCCD-RAW', 'IIRO\x08', 'IIRS\x08', 'MMOR\0', 'IIU\0')(bytes) || /^II\*\0....CR/s.test(asciiAt(bytes, 0, 10)) || brand(/^crx $/)(bytes),
  },
  'TIFF': { remedy: asJpegOrPng(), isOne: begins('II*\0', 'MM\0*', 'II+\0', 'MM\0+') },
  'BMP': { remedy: asJpegOrPng(), isOne: bytes => startsWith(bytes, 'BM') && startsWith(bytes, '\0\0\0\0', 6) },
  'ICO': { remedy: asJpegOrPng('GIMP or IrfanView'), isOne: bytes => isIconFolder(bytes, 1) },
  'CUR': { remedy: asJpegOrPng('GIMP or IrfanView'), isOne: bytes => isIconFolder(bytes, 2) },
  'JPEG 2000': { remedy: asJpegOrPng('GIMP, Preview or IrfanView'), isOne: bytes => begins('\0\0\0\x0CjP  \r\n\x87\n', '\xFF\x4F\xFF\x51')(bytes) || brand(/^(jp2 |jpx |j2ki)$/)(bytes) },
  'JPEG XL': { remedy: asJpegOrPng('GIMP or Preview'), isOne: begins('\xFF\x0A', '\0\0\0\x0CJXL \r\n\x87\n') },
  'JPEG XR': { remedy: asJpegOrPng('Windows Photos or IrfanView'), isOne: begins('II\xBC\x01') },
  'PSD': { remedy: 'export it as JPEG or PNG from Photoshop, GIMP or Photopea', isOne: begins('8BPS\0\x01', '8BPS\0\x02') },
  'GIMP': { remedy: 'export it as PNG from GIMP', isOne: bytes => /^gimp xcf (file|v\d{3})\0/.test(asciiAt(bytes, 0, 14)) },
  'EPS': { remedy: 'save it as PDF or PNG, in Illustrator, Inkscape or GIMP,', isOne: bytes => startsWith(bytes, '\xC5\xD0\xD3\xC6') || /^%!PS-Adobe-[\d.]+ EPSF/.test(asciiAt(bytes, 0, 40)) },
  'WMF': { remedy: asJpegOrPng('LibreOffice Draw or Word'), isOne: begins('\xD7\xCD\xC6\x9A') },
  'EMF': { remedy: asJpegOrPng('LibreOffice Draw or Word'), isOne: bytes => startsWith(bytes, '\x01\0\0\0') && startsWith(bytes, ' EMF', 40) },
  'ICNS': { remedy: asJpegOrPng('Preview'), isOne: begins('icns\0') },
  'DjVu': { remedy: 'save it as PDF, in DjView,', isOne: begins('AT&TFORM') },
  'OpenEXR': { remedy: asJpegOrPng('GIMP or Krita'), isOne: begins('v/1\x01') },
  'HDR': { remedy: asJpegOrPng('GIMP or Krita'), isOne: begins('#?RADIANCE', '#?RGBE') },
  'DDS': { remedy: asJpegOrPng('GIMP'), isOne: begins('DDS \x7C\0\0\0') },
  'QOI': { remedy: asJpegOrPng('GIMP or XnView'), isOne: begins('qoif\0') },
  'PCX': { remedy: asJpegOrPng('GIMP or IrfanView'), isOne: begins('\x0A\x02\x01', '\x0A\x03\x01', '\x0A\x05\x01') },
  'PNM': { remedy: asJpegOrPng('GIMP or IrfanView'), isOne: bytes => /^P[4-7]\s+(#.*\s+)*(\d+\s+\d+\s|WIDTH)/.test(asciiAt(bytes, 0, 200)) },
  'SGI': { remedy: asJpegOrPng('GIMP or IrfanView'), isOne: begins('\x01\xDA\0\x01\0', '\x01\xDA\x01\x01\0') },
  'MNG': { remedy: asJpegOrPng('XnView or IrfanView'), isOne: begins('\x8AMNG\r\n', '\x8BJNG\r\n') },
  'BPG': { remedy: asJpegOrPng('XnView'), isOne: begins('BPG\xFB') },
  'DICOM': { remedy: asJpegOrPng('its viewer'), isOne: bytes => startsWith(bytes, 'DICM', 128) },
  // Known by what lies inside: `unusualJpeg` finds them.
  'lossless JPEG': { remedy: asJpegOrPng('GIMP or IrfanView'), isOne: () => false },
  'JPEG-LS': { remedy: asJpegOrPng('GIMP or IrfanView'), isOne: () => false },
  'hierarchical JPEG': { remedy: asJpegOrPng('GIMP or IrfanView'), isOne: () => false },
  'arithmetic JPEG': { remedy: asJpegOrPng('GIMP or IrfanView'), isOne: () => false },
  '12-bit JPEG': { remedy: asJpegOrPng('GIMP or IrfanView'), isOne: () => false },
} satisfies Record<ForeignImage, ForeignKind>

const kinds = Object.entries<ForeignKind>(KINDS) as [ForeignImage, ForeignKind][]

/** What kind of picture that Claude does not take the first kilobyte is. Decided by the bytes; names and `File.type` have no say. */
export const sniffForeignImage = (bytes: Uint8Array): ForeignImage | undefined =>
  kinds.find(([, { isOne }]) => isOne(bytes))?.[0]

/** Which program makes of it what can be attached. */
export const foreignRemedy = (kind: ForeignImage): string => `${KINDS[kind].remedy} and attach that.`

/** Far more than any real file names. */
const MAX_BRANDS = 32

/** An ISO media file says in its first box what it is, the main thing first. */
function brandsOf(bytes: Uint8Array): string[] {
  if (!startsWith(bytes, 'ftyp', 4))
    return []
  const end = Math.min(bytes.length, new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), 16 + 4 * MAX_BRANDS)
  const major = asciiAt(bytes, 8, 4)
  const brands = [major]
  for (let at = 16; at + 4 <= end; at += 4)
    brands.push(asciiAt(bytes, at, 4))
  // `mif1` alone says only that it is a picture of some kind; a film may name a picture's brand somewhere, too.
  if (major === 'mif3') // the short form, which names the kind where others have a version
    return [asciiAt(bytes, 12, 4), 'mif3']
  return /^(mif1|msf1)$/.test(major) ? brands : [major]
}

/** As many entries as it says, each of 16 bytes whose fourth is 0; without them, four bytes would be a weak proof. */
function isIconFolder(bytes: Uint8Array, type: 1 | 2): boolean {
  const count = bytes[4] ?? 0
  return startsWith(bytes, `\0\0${String.fromCharCode(type)}\0`) && bytes[5] === 0 && count > 0 && bytes[9] === 0 && bytes.length >= 6 + 16
}
