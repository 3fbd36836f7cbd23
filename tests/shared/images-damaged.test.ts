import fc from 'fast-check'
import { expect, test } from 'vitest'
import { IMAGE_TYPES, type ImageType } from '../../src/shared/attachments.ts'
import { FORMATS } from '../../src/shared/images/formats.ts'
import { readImageSize } from '../helpers/imageSize.ts'
import { inspectImage } from '../../src/shared/images/inspectImage.ts'
import { listSegments } from '../../src/shared/images/segment.ts'
import { stripMetadata } from '../../src/shared/images/stripMetadata.ts'
import {
  animatedGifBytes, animatedPngBytes, animatedWebpBytes, concat, exifBytes, jpegExif, jpegSegment, jpegWith, pngChunk, pngWith,
  progressiveJpegBytes, repeated, text, webpChunk, webpWith, xmpWithPosition,
} from '../helpers/imageFiles.ts'
import { gifBytes, jpegBytes, pngBytes, webpBytes } from '../helpers/images.ts'

const told = { orientation: 6, position: true, camera: true }

const images: [ImageType, Uint8Array][] = [
  ['image/png', pngBytes()],
  ['image/png', pngWith([pngChunk('eXIf', exifBytes(told)), pngChunk('iTXt', `XML:com.adobe.xmp\0\0\0\0\0${xmpWithPosition}`)])],
  ['image/png', animatedPngBytes()],
  ['image/jpeg', jpegBytes()],
  ['image/jpeg', jpegWith([jpegExif(told), jpegSegment(0xE1, jpegBytes()), jpegSegment(0xFE, 'a comment')])],
  ['image/jpeg', progressiveJpegBytes()],
  ['image/gif', gifBytes()],
  ['image/gif', animatedGifBytes()],
  ['image/webp', webpBytes()],
  ['image/webp', webpWith([webpChunk('EXIF', exifBytes({ ...told, littleEndian: true })), webpChunk('XMP ', xmpWithPosition)])],
  ['image/webp', animatedWebpBytes()],
]

/** Everything that must hold for any bytes at all. */
function expectSoundness(bytes: Uint8Array, type: ImageType) {
  const segments = listSegments(FORMATS[type], bytes)
  expect(segments.at(-1)?.end ?? bytes.length).toBe(bytes.length)
  segments.forEach(({ start, data, end }, i) => {
    expect(start).toBe(segments[i - 1]?.end ?? 0)
    expect(start <= data && data <= end && start < end).toBe(true)
  })

  const facts = inspectImage(bytes, type)
  const { width, height } = facts ?? {}
  expect(readImageSize(bytes)).toEqual(facts && { width, height })

  const stripped = stripMetadata(bytes, type)
  const silent = type === 'image/gif' ? {} : { hasPosition: false, hasCameraData: false }
  expect(inspectImage(stripped, type)).toEqual(facts && { ...facts, ...silent })
}

/** What makes the bytes worth a look, and then anything. */
const BEGINNINGS: Record<ImageType, Uint8Array> = {
  'image/png': pngBytes().subarray(0, 33),
  'image/jpeg': jpegBytes().subarray(0, -60),
  'image/gif': text('GIF89a'),
  'image/webp': webpBytes().subarray(0, 12),
}

test.each(IMAGE_TYPES)('no bytes whatever make the reader of %s fail', (type) => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, known) => {
    expectSoundness(known ? concat(BEGINNINGS[type], bytes) : bytes, type)
  }), { numRuns: 300 })
})

test.each(images)('a %s cut off anywhere is never complete (%#)', (type, bytes) => {
  for (let length = 0; length < bytes.length; length++) {
    expectSoundness(bytes.subarray(0, length), type)
    expect(inspectImage(bytes.subarray(0, length), type)?.complete ?? false, `of the first ${length} bytes`).toBe(false)
  }
  expect(inspectImage(bytes, type)).toMatchObject({ complete: true })
})

test.each(images)('wrong bits in a %s make no reader fail, and its secrets can still be removed (%#)', (type, bytes) => {
  const flips = fc.array(fc.nat({ max: bytes.length * 8 - 1 }), { minLength: 1, maxLength: 4 })
  fc.assert(fc.property(flips, (bits) => {
    const damaged = bytes.slice()
    for (const bit of bits)
      damaged[bit >> 3]! ^= 1 << (bit & 7)
    expectSoundness(damaged, type)
  }), { numRuns: 300 })
})

test('directories that point to themselves, or to everything, come to an end', () => {
  for (const target of [0, 8, 20, 0xFFFFFFFF]) {
    const exif = exifBytes({ position: true, littleEndian: true })
    new DataView(exif.buffer).setUint32(18, target, true) // where the GPS directory lies
    expectSoundness(webpWith([webpChunk('EXIF', exif)]), 'image/webp')
  }
  const endless = concat(exifBytes().subarray(0, 8), new Uint8Array(200_000).fill(0xFF))
  expectSoundness(pngWith([pngChunk('eXIf', endless)]), 'image/png')
})

test.each<[string, ImageType, Uint8Array]>([
  ['a JPEG of nothing but markers', 'image/jpeg', concat(BEGINNINGS['image/jpeg'], repeated(new Uint8Array([0xFF, 0x01]), 1_000_000))],
  ['a JPEG of nothing but FF', 'image/jpeg', concat(BEGINNINGS['image/jpeg'], repeated(new Uint8Array([0xFF]), 2_000_000))],
  ['a PNG of empty chunks', 'image/png', concat(BEGINNINGS['image/png'], repeated(pngChunk('tEXt', ''), 200_000))],
  ['a GIF of empty blocks', 'image/gif', concat(gifBytes().subarray(0, 19), repeated(new Uint8Array([0x21, 0xF9, 0]), 600_000))],
  ['a WebP of empty chunks', 'image/webp', concat(text('RIFF\xFF\xFF\xFF\x7FWEBP'), repeated(webpChunk('XMP ', ''), 300_000))],
  ['previews without end', 'image/jpeg', jpegWith([], repeated(concat(text('Exif\0\0'), exifBytes(told)), 20_000))],
])('%s costs no more than its bytes', (_name, type, bytes) => {
  const start = performance.now()
  stripMetadata(bytes, type)

  expect(performance.now() - start).toBeLessThan(10_000) // on a busy machine; were it quadratic, it would be minutes
})
