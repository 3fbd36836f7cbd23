import { expect, test } from 'vitest'
import type { ImageType } from '../../src/shared/attachments.ts'
import { readImageSize } from '../helpers/imageSize.ts'
import { inspectImage } from '../../src/shared/images/inspectImage.ts'
import { hidesStill, stillPng } from '../../src/shared/images/png.ts'
import {
  animatedGifBytes, animatedPngBytes, animationControl, animatedWebpBytes, concat, exifBytes, jpegExif, jpegSegment, jpegWith, lateAnimationPngBytes, pngChunk, pngWith,
  progressiveJpegBytes, text, webpChunk, webpWith, xmp, xmpWithPosition, type ExifOptions,
} from '../helpers/imageFiles.ts'
import { gifBytes, jpegBytes, pngBytes, webpBytes } from '../helpers/images.ts'

const PLAIN = { orientation: 1, animated: false, complete: true, hasPosition: false, hasCameraData: false }

const plainImages: [ImageType, Uint8Array, { width: number, height: number }][] = [
  ['image/png', pngBytes({ width: 5, height: 7 }), { width: 5, height: 7 }],
  ['image/jpeg', jpegBytes(), { width: 4, height: 3 }],
  ['image/gif', gifBytes(), { width: 1, height: 1 }],
  ['image/webp', webpBytes(), { width: 1, height: 1 }],
]

test.each(plainImages)('a plain %s has its size and nothing to tell', (type, bytes, size) => {
  expect(inspectImage(bytes, type)).toEqual({ ...size, ...PLAIN })
  expect(readImageSize(bytes)).toEqual(size)
})

test.each(plainImages)('the bytes decide: %s is none of the other types', (type, bytes) => {
  for (const [other] of plainImages.filter(([other]) => other !== type))
    expect(inspectImage(bytes, other)).toBeUndefined()
})

test('the size is read wherever in a larger buffer the image lies', () => {
  const buffer = concat(new Uint8Array(7), jpegBytes())

  expect(inspectImage(buffer.subarray(7), 'image/jpeg')).toMatchObject({ width: 4, height: 3, complete: true })
})

const header = (format: string, ...payload: number[]) => {
  const chunk = webpChunk(format, new Uint8Array(payload))
  return concat(text('RIFF'), new Uint8Array([4 + chunk.length, 0, 0, 0]), text('WEBP'), chunk)
}

test('all three kinds of WebP state their size', () => {
  expect(readImageSize(header('VP8X', 0, 0, 0, 0, 0x1F, 0x4E, 0, 0xAF, 0x36, 0))).toEqual({ width: 20_000, height: 14_000 })
  expect(readImageSize(header('VP8L', 0x2F, 0xFF, 0xC0, 0x31, 0))).toEqual({ width: 256, height: 200 })
  expect(readImageSize(header('VP8 ', 0, 0, 0, 0x9D, 1, 0x2A, 0, 0x41, 200, 0x80))).toEqual({ width: 256, height: 200 })
})

test('a size of 65536 x 65536 is read, and nothing of that size is made', () => {
  const bomb = concat(pngBytes().subarray(0, 8), pngChunk('IHDR', new Uint8Array([0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0])))

  expect(inspectImage(bomb, 'image/png')).toMatchObject({ width: 65_536, height: 65_536, complete: false })
})

test('a header without width is damaged', () => {
  const gif = gifBytes()
  gif.fill(0, 6, 8)
  const png = concat(pngBytes().subarray(0, 8), pngChunk('IHDR', new Uint8Array(13)), pngBytes().subarray(33))

  expect(inspectImage(gif, 'image/gif')).toBeUndefined()
  expect(inspectImage(png, 'image/png')).toBeUndefined()
})

test('a PNG with one wrong bit in its header is damaged', () => {
  const bytes = pngBytes()
  bytes[19]! ^= 1

  expect(inspectImage(bytes, 'image/png')).toBeUndefined()
})

/** The same EXIF in each format that has a place for it. */
const carriers: [string, ImageType, (options: ExifOptions) => Uint8Array][] = [
  ['a JPEG', 'image/jpeg', options => jpegWith([jpegExif(options)])],
  ['a PNG', 'image/png', options => pngWith([pngChunk('eXIf', exifBytes(options))])],
  ['a WebP', 'image/webp', options => webpWith([webpChunk('EXIF', exifBytes(options))])],
  ['a WebP of tools that write the name twice', 'image/webp', options => webpWith([webpChunk('EXIF', concat(text('Exif\0\0'), exifBytes(options)))])],
]

test.each(carriers)('the orientation of %s is read, in both byte orders', (_name, type, carry) => {
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    for (const littleEndian of [false, true])
      expect(inspectImage(carry({ orientation, littleEndian }), type)).toMatchObject({ orientation, hasPosition: false, hasCameraData: false })
  }
})

test.each(carriers)('an orientation that does not exist leaves %s upright', (_name, type, carry) => {
  expect(inspectImage(carry({ orientation: 9 }), type)).toMatchObject({ orientation: 1 })
})

test.each(carriers)('the position in the EXIF of %s is seen, in both byte orders', (_name, type, carry) => {
  for (const littleEndian of [false, true])
    expect(inspectImage(carry({ position: true, littleEndian }), type)).toMatchObject({ hasPosition: true })
})

test.each(carriers)('the camera in the EXIF of %s is seen, and is no position', (_name, type, carry) => {
  expect(inspectImage(carry({ camera: true }), type)).toMatchObject({ hasCameraData: true, hasPosition: false })
})

const XAP = 'http://ns.adobe.com/xap/1.0/\0'
const XMP_TEXT = 'XML:com.adobe.xmp\0\0\0\0\0'

test.each<[string, ImageType, (xmp: string) => Uint8Array]>([
  ['a JPEG', 'image/jpeg', xmp => jpegWith([jpegSegment(0xE1, XAP + xmp)])],
  ['a PNG', 'image/png', xmp => pngWith([pngChunk('iTXt', XMP_TEXT + xmp)])],
  ['a WebP', 'image/webp', xmp => webpWith([webpChunk('XMP ', xmp)])],
])('the XMP of %s is camera data, and a position only if it says one', (_name, type, carry) => {
  expect(inspectImage(carry(xmp), type)).toMatchObject({ hasCameraData: true, hasPosition: false })
  expect(inspectImage(carry(xmpWithPosition), type)).toMatchObject({ hasCameraData: true, hasPosition: true })
})

test('metadata that is not opened is taken for a position', () => {
  for (const chunk of [pngChunk('zTXt', 'Raw profile type exif\0\0x'), pngChunk('iTXt', 'XML:com.adobe.xmp\0\x01\0\0\0x')])
    expect(inspectImage(pngWith([chunk]), 'image/png')).toMatchObject({ hasPosition: true, hasCameraData: true })
})

test('a position in the preview behind a photo is seen, the preview\'s orientation is not', () => {
  const preview = jpegWith([jpegExif({ position: true, orientation: 6 })])

  expect(inspectImage(jpegWith([], preview), 'image/jpeg')).toMatchObject({ hasPosition: true, orientation: 1, complete: true })
})

test('IPTC and makers\' notes are camera data; comments and colours are not', () => {
  expect(inspectImage(jpegWith([jpegSegment(0xED, 'Photoshop 3.0\0')]), 'image/jpeg')).toMatchObject({ hasCameraData: true })
  expect(inspectImage(jpegWith([jpegSegment(0xE2, 'MPF\0')]), 'image/jpeg')).toMatchObject({ hasCameraData: true })
  expect(inspectImage(jpegWith([jpegSegment(0xFE, 'hello')]), 'image/jpeg')).toMatchObject({ hasCameraData: false })
  expect(inspectImage(pngWith([pngChunk('tEXt', 'Title\0hello')]), 'image/png')).toMatchObject({ hasCameraData: false })
})

test.each<[ImageType, Uint8Array]>([
  ['image/gif', animatedGifBytes()],
  ['image/webp', animatedWebpBytes()],
  ['image/png', animatedPngBytes()],
])('an animated %s is known as one', (type, bytes) => {
  expect(inspectImage(bytes, type)).toMatchObject({ animated: true, complete: true })
})

test.each([
  ['a PNG with one frame', pngWith([animationControl(1)])],
  ['a PNG whose animation is announced after its pixels', lateAnimationPngBytes()],
  ['a PNG that announces frames which are not there', pngWith([animationControl(9)])],
])('%s does not move', (_name, bytes) => {
  expect(inspectImage(bytes, 'image/png')).toMatchObject({ animated: false, complete: true })
})

test('a WebP with a single frame does not move', () => {
  const bytes = animatedWebpBytes({ frames: 1 })

  expect(inspectImage(bytes, 'image/webp')).toMatchObject({ animated: false, complete: true })
})

test('the still picture of an animated PNG is what is left without its animation, bit by bit', () => {
  expect(stillPng(animatedPngBytes({ hidden: true }))).toEqual(pngBytes())
  expect(stillPng(animatedPngBytes())).toEqual(pngBytes())
  const plain = pngBytes()
  expect(stillPng(plain)).toBe(plain)
})

test('a still picture that is no part of its animation is known to be another', () => {
  expect(hidesStill(animatedPngBytes({ hidden: true }))).toBe(true)
  expect(inspectImage(animatedPngBytes({ hidden: true }), 'image/png')).toMatchObject({ animated: true })
  expect(hidesStill(animatedPngBytes())).toBe(false)
  expect(hidesStill(lateAnimationPngBytes())).toBe(false)
})

test('several scans, restart markers, stuffed and filling bytes are a complete JPEG', () => {
  expect(inspectImage(progressiveJpegBytes(), 'image/jpeg')).toMatchObject({ width: 4, height: 3, complete: true })
})

test('the end of a preview inside the header is not the end of the photo', () => {
  const photo = jpegWith([jpegSegment(0xE1, jpegBytes())])

  expect(inspectImage(photo.subarray(0, -2), 'image/jpeg')).toMatchObject({ complete: false })
})

test.each<[ImageType, Uint8Array]>([
  ['image/png', pngBytes()],
  ['image/jpeg', jpegBytes()],
  ['image/gif', gifBytes()],
  ['image/webp', webpBytes()],
])('bytes after the end leave a %s complete', (type, bytes) => {
  expect(inspectImage(concat(bytes, text('appended')), type)).toMatchObject({ complete: true })
})
