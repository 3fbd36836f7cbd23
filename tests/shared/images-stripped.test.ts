import { expect, test } from 'vitest'
import type { ImageType } from '../../src/shared/attachments.ts'
import { FORMATS } from '../../src/shared/images/formats.ts'
import { inspectImage } from '../../src/shared/images/inspectImage.ts'
import { listSegments } from '../../src/shared/images/segment.ts'
import { stripMetadata } from '../../src/shared/images/stripMetadata.ts'
import {
  concat, exifBytes, jpegExif, jpegSegment, jpegWith, pngChunk, pngWith, progressiveJpegBytes, text, webpChunk, webpWith, xmpWithPosition,
} from '../helpers/imageFiles.ts'
import { gifBytes, jpegBytes, pngBytes, webpBytes } from '../helpers/images.ts'

const told = { orientation: 6, position: true, camera: true }
const secret = text('41,53.4N Kamera1 GPSLatitude')

const jpegPhoto = () => jpegWith([
  jpegExif(told),
  jpegSegment(0xE1, concat(text('http://ns.adobe.com/xap/1.0/\0'), text(xmpWithPosition))),
  jpegSegment(0xE1, concat(text('http://ns.adobe.com/xmp/extension/\0'), secret)),
  jpegSegment(0xE2, concat(text('MPF\0'), secret)),
  jpegSegment(0xE5, secret),
  jpegSegment(0xED, concat(text('Photoshop 3.0\0'), secret)),
  jpegSegment(0xFE, secret),
], concat(jpegWith([jpegExif(told)]), secret))

const pngPhoto = () => pngWith([
  pngChunk('eXIf', exifBytes(told)),
  pngChunk('tEXt', concat(text('Comment\0'), secret)),
  pngChunk('zTXt', concat(text('Raw profile type exif\0\0'), secret)),
  pngChunk('iTXt', concat(text('XML:com.adobe.xmp\0\0\0\0\0'), secret)),
  pngChunk('tIME', secret),
  pngChunk('maKe', secret),
], secret)

const webpPhoto = () => webpWith([
  webpChunk('EXIF', exifBytes(told)),
  webpChunk('XMP ', xmpWithPosition),
  webpChunk('MAKE', secret),
], secret)

const photos: [ImageType, Uint8Array, Uint8Array][] = [
  ['image/jpeg', jpegPhoto(), jpegBytes()],
  ['image/png', pngPhoto(), pngBytes()],
  ['image/webp', webpPhoto(), webpBytes()],
]

test.each(photos)('after one click a %s tells neither place nor camera, and stands as before', (type, photo) => {
  const before = inspectImage(photo, type)
  expect(before).toMatchObject({ hasPosition: true, hasCameraData: true, orientation: 6, complete: true })

  expect(inspectImage(stripMetadata(photo, type), type)).toEqual({ ...before, hasPosition: false, hasCameraData: false })
})

test.each(photos)('not one word of what a %s told is left in it', (type, photo) => {
  const left = Buffer.from(stripMetadata(photo, type)).toString('latin1')

  expect(left).not.toMatch(/GPS|Kamera|41,53|XML|xmp|Photoshop|MPF/)
})

/** What the picture is made of, without what was put around it. */
const pictureOf = (bytes: Uint8Array, type: ImageType, ...around: string[]) => listSegments(FORMATS[type], bytes)
  .filter(({ content, name }) => content === 'picture' && !around.includes(name))
  .map(({ start, end }) => Buffer.from(bytes.subarray(start, end)).toString('hex'))

test.each(photos)('the pixels of a %s are the same bytes, and so are its colours', (type, photo, original) => {
  const picture = pictureOf(stripMetadata(photo, type), type, 'RIFF', 'VP8X')

  expect(picture.length).toBeGreaterThan(0)
  expect(picture).toEqual(pictureOf(original, type, 'RIFF', 'VP8X'))
})

test.each(photos)('what was stripped once is not changed by doing it again: %s', (type, photo) => {
  const once = stripMetadata(photo, type)

  expect(stripMetadata(once, type)).toEqual(once)
})

test.each(photos)('the given bytes of a %s stay what they were', (type, photo) => {
  const copy = photo.slice()
  stripMetadata(photo, type)

  expect(photo).toEqual(copy)
})

test('restart markers, stuffed and filling bytes stay among the pixels', () => {
  const jpeg = progressiveJpegBytes()

  expect(stripMetadata(concat(jpeg.subarray(0, 2), jpegExif({ position: true }), jpeg.subarray(2)), 'image/jpeg')).toEqual(jpeg)
})

test('an upright photo gets no EXIF back', () => {
  expect(stripMetadata(jpegWith([jpegExif({ ...told, orientation: 1 })]), 'image/jpeg')).toEqual(jpegBytes())
  expect(stripMetadata(pngWith([pngChunk('eXIf', exifBytes({ position: true }))]), 'image/png')).toEqual(pngBytes())
})

test('a WebP says of itself what is still in it', () => {
  expect(stripMetadata(webpWith([webpChunk('EXIF', exifBytes({ position: true })), webpChunk('XMP ', xmpWithPosition)]), 'image/webp'))
    .toEqual(webpWith([]))
  expect(stripMetadata(webpPhoto(), 'image/webp')).toEqual(webpWith([webpChunk('EXIF', exifBytes({ orientation: 6 }).subarray(0, 26))]))
})

test('the colours keep what they need: profiles, CMYK, gamma, transparency, animation', () => {
  const jpeg = jpegWith([jpegSegment(0xE0, 'JFIF\0'), jpegSegment(0xE2, 'ICC_PROFILE\0\x01\x01'), jpegSegment(0xEE, 'Adobe\0d\0\0\0\0\x02')])
  const png = pngWith(['gAMA', 'cHRM', 'sRGB', 'iCCP', 'pHYs', 'PLTE', 'tRNS', 'bKGD', 'acTL', 'fcTL', 'fdAT'].map(name => pngChunk(name, 'x')))
  const webp = webpWith([webpChunk('ICCP', 'x'), webpChunk('ALPH', 'x'), webpChunk('ANIM', 'x'), webpChunk('ANMF', 'x')])

  expect(stripMetadata(jpeg, 'image/jpeg')).toBe(jpeg)
  expect(stripMetadata(png, 'image/png')).toBe(png)
  expect(stripMetadata(webp, 'image/webp')).toBe(webp)
})

test('what has nothing to tell is given back as it is, without a copy', () => {
  const images: [ImageType, Uint8Array][] = [
    ['image/jpeg', jpegBytes()],
    ['image/png', pngBytes()],
    ['image/webp', webpBytes()],
    ['image/gif', concat(gifBytes(), secret)],
    ['image/jpeg', text('no image at all')],
  ]
  for (const [type, bytes] of images)
    expect(stripMetadata(bytes, type)).toBe(bytes)
})

test.each(photos)('what is missing at the end of a %s is still missing', (type, _photo, original) => {
  const withoutEnd = type === 'image/webp'
    ? webpWith([webpChunk('EXIF', exifBytes(told))]).subarray(0, -20)
    : (type === 'image/png' ? pngWith([pngChunk('eXIf', exifBytes(told))]) : jpegWith([jpegExif(told)])).subarray(0, -2)
  const stripped = inspectImage(stripMetadata(withoutEnd, type), type)

  expect(inspectImage(original, type)?.complete).toBe(true)
  expect(stripped).toMatchObject({ complete: false, hasPosition: false })
})
