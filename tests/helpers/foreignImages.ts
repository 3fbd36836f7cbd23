import { concat, jpegSegment, number, text } from './imageFiles.ts'

// Small pictures of kinds that Claude does not take, built by hand.

export interface BmpOptions { width?: number, height?: number }

/** 32 bits a pixel, grey. */
export function bmpBytes({ width = 40, height = 30 }: BmpOptions = {}): Uint8Array {
  const pixels = width * height * 4
  const le = (value: number, length: 2 | 4) => number(value, length, true)
  return concat(
    text('BM'), le(54 + pixels, 4), le(0, 4), le(54, 4),
    le(40, 4), le(width, 4), le(height, 4), le(1, 2), le(32, 2), new Uint8Array(24),
    new Uint8Array(pixels).fill(120),
  )
}

/** The same picture in a file of icons. */
export function icoBytes(png: Uint8Array, size: number): Uint8Array {
  const le = (value: number, length: 2 | 4) => number(value, length, true)
  return concat(le(0, 2), le(1, 2), le(1, 2), new Uint8Array([size, size, 0, 0]), le(1, 2), le(32, 2), le(png.length, 4), le(22, 4), png)
}

/** A box of an ISO media file. */
export function box(name: string, ...content: readonly Uint8Array[]): Uint8Array {
  const inside = concat(...content)
  return concat(number(8 + inside.length, 4), text(name), inside)
}

/** Boxes as an AVIF has them, around nothing that could be decoded. */
export function heifBoxes({ brand = 'avif', width = 64, height = 48, frames = 0, pixels = 100 } = {}): Uint8Array {
  const zero = number(0, 4)
  const places = (offset: number) => box('iloc', zero, new Uint8Array([0x44, 0]), number(1, 2), number(1, 2), number(0, 2), number(1, 2), number(offset, 4), number(pixels, 4))
  const meta = (offset: number) => box('meta', zero, box('iprp', box('ipco', box('ispe', zero, number(width, 4), number(height, 4)))), places(offset))
  const before = concat(
    box('ftyp', text(brand), zero, text('mif1')),
    ...frames ? [box('moov', box('trak', box('mdia', box('minf', box('stbl', box('stsz', zero, zero, number(frames, 4)))))))] : [],
  )
  return concat(before, meta(before.length + meta(0).length + 8), box('mdat', new Uint8Array(pixels)))
}

/**
 * A lossless JPEG (SOF3): each sample is told by its difference to the one at its left.
 * @param samples row by row, the components of a pixel side by side
 * @param shift bits that are left out at the lower end
 */
export function losslessJpegBytes({ width, height, components, samples, shift = 0 }: { width: number, height: number, components: 1 | 3, samples: readonly number[], shift?: number }): Uint8Array {
  const ids = Array.from({ length: components }, (_, i) => i + 1)
  // Seventeen categories with codes of five bits each.
  const table = [0, ...Array.from({ length: 16 }, (_, i) => i + 1 === 5 ? 17 : 0), ...Array.from({ length: 17 }, (_, i) => i)]
  let bits = ''
  const shifted = samples.map(sample => sample >> shift)
  for (let at = 0; at < shifted.length; at++) {
    const pixel = Math.floor(at / components)
    const left = at - components
    const above = at - components * width
    const predicted = pixel % width > 0 ? shifted[left]! : pixel > 0 ? shifted[above]! : 1 << 7 - shift
    bits += codeOf(shifted[at]! - predicted)
  }
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1')
  const scan = (bits.match(/.{8}/g) ?? []).flatMap(byte => byte === '11111111' ? [255, 0] : [Number.parseInt(byte, 2)])
  return concat(
    new Uint8Array([0xFF, 0xD8]),
    jpegSegment(0xEE, concat(text('Adobe'), new Uint8Array([0, 100, 0, 0, 0, 0, 0]))),
    jpegSegment(0xC3, concat(new Uint8Array([8]), number(height, 2), number(width, 2), new Uint8Array([components, ...ids.flatMap(id => [id, 0x11, 0])]))),
    jpegSegment(0xC4, new Uint8Array(table)),
    jpegSegment(0xDA, new Uint8Array([components, ...ids.flatMap(id => [id, 0]), 1, 0, shift])),
    new Uint8Array(scan), new Uint8Array([0xFF, 0xD9]),
  )
}

function codeOf(difference: number) {
  const category = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1
  const rest = difference < 0 ? difference + (1 << category) - 1 : difference
  return category.toString(2).padStart(5, '0') + (category ? rest.toString(2).padStart(category, '0') : '')
}

/** A real one of 64 x 48 pixels, as a telephone makes them. */
export const heicBytes = () => new Uint8Array(Buffer.from(
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAACAAAA'
  + 'EGlkYXQAAAAAAEAAMAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRAAEAAAAAAAAAPgACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5m'
  + 'ZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAAALZpcGNvAAAAdmh2Y0MBA3AAAAAAAAAAAAAe8AD8/fj4AAAPAyAAAQAYQAEM'
  + 'Af//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFlurkprm4EBAwIAAAAwAgAAADACEiAAEABkQBwXPAiQAAABRpc3BlAAAA'
  + 'AAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAQAAAADAAAAAQcGl4aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGlt'
  + 'ZwACAAEAAQAAAEZtZGF0AAAAOigBrwtg9eccWEgi4maMw2uHzegEbmme2+1LWTQUH/6sIatqZlyt+i8BvowwFiZXiBswEz7Gyc6u+/A=',
  'base64',
))
