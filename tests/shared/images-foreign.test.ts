import fc from 'fast-check'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { inspectForeign } from '../../src/shared/images/foreign/inspectForeign.ts'
import { foreignRemedy, sniffForeignImage } from '../../src/shared/images/foreign/kinds.ts'
import { foreignPhrase, formatPhrase, type ForeignImage } from '../../src/shared/images/foreign/phrases.ts'
import { inspectTiff, onlyDirectory } from '../../src/shared/images/foreign/tiff.ts'
import { unusualJpeg } from '../../src/shared/images/jpegKind.ts'
import { isBrokenPng, mangledPicture } from '../../src/shared/images/mangled.ts'
import { bmpBytes, heifBoxes, icoBytes, losslessJpegBytes } from '../helpers/foreignImages.ts'
import { concat, jpegSegment, number, progressiveJpegBytes, text } from '../helpers/imageFiles.ts'
import { gifBytes, jpegBytes, pngBytes, webpBytes } from '../helpers/images.ts'

const teal = () => sharp({ create: { width: 30, height: 20, channels: 3, background: 'teal' } })
const tiff = async () => new Uint8Array(await teal().tiff({ compression: 'none' }).toBuffer())
const avif = async () => new Uint8Array(await teal().avif().toBuffer())

test.each<[ForeignImage, string]>([
  ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'], ['HEIC', '\0\0\0\x18ftypmif1\0\0\0\0mif1heic'], ['HEIC', '\0\0\0\x10ftypmif3heic'],
  ['AVIF', '\0\0\0\x18ftypmif1\0\0\0\0mif1avif'], ['AVIF', '\0\0\0\x10ftypmif3avif'], ['AVIF', '\0\0\0\x14ftypavis\0\0\0\0'],
  ['TIFF', 'MM\0*\0\0\0\x08'], ['TIFF', 'II+\0\x08\0\0\0'], ['camera raw', 'II*\0\x10\0\0\0CR\x02\0'], ['camera raw', '\0\0\0\x18ftypcrx \0\0\0\x01'],
  ['JPEG 2000', '\0\0\0\x0CjP  \r\n\x87\n'], ['JPEG 2000', '\xFF\x4F\xFF\x51\0'], ['JPEG XL', '\xFF\x0A\0'], ['JPEG XL', '\0\0\0\x0CJXL \r\n\x87\n'], ['JPEG XR', 'II\xBC\x01'],
  ['PSD', '8BPS\0\x01'], ['GIMP', 'gimp xcf v011\0'], ['EPS', '%!PS-Adobe-2.0 EPSF-2.0\n'], ['EPS', '\xC5\xD0\xD3\xC6'], ['ICO', '\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0\0\0\0\0\x16\0\0\0'],
  ['CUR', '\0\0\x02\0\x01\0\x10\x10\0\0\x01\0\x20\0\0\0\0\0\x16\0\0\0'], ['ICNS', 'icns\0\0\x10\0'], ['DjVu', 'AT&TFORM'], ['OpenEXR', 'v/1\x01'], ['DDS', 'DDS \x7C\0\0\0'], ['QOI', 'qoif\0\0'],
  ['PNM', 'P6\n# made by hand\n4 3\n255\n'], ['DICOM', `${'\0'.repeat(128)}DICM`],
])('%s is known by its bytes, and named with its article', (kind, bytes) => {
  expect(sniffForeignImage(text(bytes))).toBe(kind)
  expect(foreignPhrase(kind)).toMatch(/^an? /)
  expect(foreignRemedy(kind)).toMatch(/(JPEG|PNG|PDF).* and attach that\.$/)
})

test.each(['', 'BMW builds cars', 'icns are icons', 'P1 4 3', '%!PS-Adobe-3.0\n', 'II', 'gimp xcf is a format', '\0\0\0\x18ftypisom\0\0\0\0avifheic', '\0\0\x01\0'])('%j is none of them', (bytes) => {
  expect(sniffForeignImage(text(bytes))).toBeUndefined()
})

test('what a picture was made from has the right article', () => {
  expect(['AVIF', 'HEIC', 'TIFF', 'ICO', 'PNG', 'WebP', 'lossless JPEG'].map(formatPhrase)).toEqual(['an AVIF', 'a HEIC photo', 'a TIFF', 'an icon (ICO)', 'a PNG', 'a WebP', 'a lossless JPEG'])
})

test('size, and whether the end is missing, are read from whole and from cut pictures', async () => {
  const whole: [ForeignImage, Uint8Array, { width: number, height: number }][] = [
    ['BMP', bmpBytes(), { width: 40, height: 30 }],
    ['ICO', icoBytes(pngBytes({ width: 16, height: 16 }), 16), { width: 16, height: 16 }],
    ['AVIF', await avif(), { width: 30, height: 20 }],
    ['TIFF', await tiff(), { width: 30, height: 20 }],
    ['HEIC', heifBoxes({ brand: 'heic' }), { width: 64, height: 48 }],
  ]
  for (const [kind, bytes, size] of whole) {
    expect(sniffForeignImage(bytes)).toBe(kind)
    expect(inspectForeign(bytes, kind)).toMatchObject({ size, complete: true, animated: false, pages: 1 })
    expect(inspectForeign(bytes.subarray(0, bytes.length >> 1), kind), kind).toMatchObject({ complete: false })
  }
})

test('an AVIF of several frames moves, one of a single frame does not', () => {
  expect(inspectForeign(heifBoxes({ brand: 'avis', frames: 5 }), 'AVIF')).toMatchObject({ animated: true, complete: true })
  expect(inspectForeign(heifBoxes({ brand: 'avis', frames: 1 }), 'AVIF')).toMatchObject({ animated: false })
})

test('an AVIF whose pixels lie beyond its end is cut, also where its boxes are whole', () => {
  const bytes = heifBoxes()
  const shorter = concat(bytes.subarray(0, -108), number(50, 4), text('mdat'), new Uint8Array(42))

  expect(inspectForeign(shorter, 'AVIF')).toMatchObject({ complete: false })
})

/** Pages of one grey pixel each, chained; the last one leads to `then`. */
function pages(count: number, { then = 0, kind = 0 } = {}): Uint8Array {
  const le = (value: number, length: 2 | 4) => number(value, length, true)
  const entry = (tag: number, value: number) => concat(le(tag, 2), le(3, 2), le(1, 4), le(value, 2), le(0, 2))
  const directory = (next: number) => concat(le(6, 2), entry(254, kind), entry(256, 1), entry(257, 1), entry(258, 8), entry(273, 0), entry(279, 1), le(next, 4))
  const size = directory(0).length
  return concat(text('II*\0'), le(8, 4), ...Array.from({ length: count }, (_, i) => directory(i + 1 < count ? 8 + (i + 1) * size : then)))
}

test('the pages of a TIFF are counted, each once, also where they form a ring', () => {
  expect(inspectForeign(pages(3), 'TIFF')).toMatchObject({ pages: 3 })
  expect(inspectForeign(pages(3, { then: 8 }), 'TIFF')).toMatchObject({ pages: 3 })
  expect(inspectForeign(onlyDirectory(pages(3, { then: 8 }), 1), 'TIFF')).toMatchObject({ pages: 1 })
})

test('a TIFF says how it lies; one with nothing but a preview is a camera\'s raw photo', async () => {
  expect(inspectTiff(await teal().withMetadata({ orientation: 6 }).tiff().toBuffer())).toMatchObject({ orientation: 6, raw: false })
  expect(inspectTiff(pages(1, { kind: 1 }))).toMatchObject({ raw: true })
})

test('a lossless, arithmetic, hierarchical or 12-bit JPEG is known as one, an ordinary one is not', () => {
  const frame = (marker: number, precision = 8) => concat(new Uint8Array([0xFF, 0xD8]), jpegSegment(marker, new Uint8Array([precision, 0, 3, 0, 4, 1, 1, 0x11, 0])), new Uint8Array([0xFF, 0xD9]))

  expect(unusualJpeg(losslessJpegBytes({ width: 1, height: 1, components: 1, samples: [7] }))).toBe('lossless JPEG')
  expect([0xC9, 0xC5, 0xF7].map(marker => unusualJpeg(frame(marker)))).toEqual(['arithmetic JPEG', 'hierarchical JPEG', 'JPEG-LS'])
  expect(unusualJpeg(frame(0xC1, 12))).toBe('12-bit JPEG')
  expect([jpegBytes(), progressiveJpegBytes(), new Uint8Array(), pngBytes()].map(unusualJpeg)).toEqual([undefined, undefined, undefined, undefined])
})

const asText = {
  'line feeds became returns': (png: string) => png.replaceAll('\n', '\r'),
  'every line feed got a return': (png: string) => png.replaceAll('\n', '\r\n'),
  'returns were dropped': (png: string) => png.replaceAll('\r', ''),
  'bit 8 was cut off': (png: string) => Array.from(png, char => String.fromCharCode(char.charCodeAt(0) & 127)).join(''),
  'it was written as UTF-8': (png: string) => Buffer.from(png, 'utf8').toString('latin1'),
  'it was read as UTF-8': (png: string) => Buffer.from(Buffer.from(png, 'latin1').toString('utf8'), 'utf8').toString('latin1'),
}

test.each(Object.entries(asText))('a PNG transferred as text is known as one: %s', (_, transfer) => {
  expect(mangledPicture(text(transfer(Buffer.from(pngBytes()).toString('latin1'))))).toBe('PNG')
})

test('a JPEG read as UTF-8 is known as one; whole pictures are none', () => {
  expect(mangledPicture(text(asText['it was read as UTF-8'](Buffer.from(jpegBytes()).toString('latin1'))))).toBe('JPEG')
  expect([pngBytes(), jpegBytes(), gifBytes(), webpBytes(), text('a text')].map(mangledPicture)).toEqual(Array(5).fill(undefined))
})

test('a PNG with a wrong letter in its first bytes is a damaged PNG', () => {
  const bytes = pngBytes()
  bytes[1] = 'Q'.charCodeAt(0)

  expect(isBrokenPng(bytes)).toBe(true)
  expect(isBrokenPng(pngBytes())).toBe(false)
})

test('whatever the bytes are, no reader fails or takes long', async () => {
  const seeds = [await tiff(), await avif(), bmpBytes(), icoBytes(pngBytes(), 8), heifBoxes({ frames: 2 }), pages(3)]
  fc.assert(fc.property(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(400), fc.nat(255))), fc.nat(1000), (seed, changes, cut) => {
    const bytes = seed.slice(0, seed.length - cut % seed.length)
    for (const [at, value] of changes)
      bytes[at % bytes.length] = value
    for (const kind of ['AVIF', 'HEIC', 'BMP', 'ICO', 'TIFF'] as const)
      expect(inspectForeign(bytes, kind).pages).toBeGreaterThan(0)
    onlyDirectory(bytes, 0)
    sniffForeignImage(bytes)
    unusualJpeg(bytes)
    mangledPicture(bytes)
  }), { numRuns: 500 })
})
