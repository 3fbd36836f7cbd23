import type { ImageType } from '../../../shared/attachments.ts'
import type { PixelSize } from '../../../shared/images/segment.ts'
import { inspectImage } from '../../../shared/images/inspectImage.ts'
import { seenOf, upright } from '../../../shared/images/seen.ts'
import { stillPng } from '../../../shared/images/png.ts'
import { decodeAt } from './imageDecoding.ts'
import { TURNED } from './turnedPixels.ts'

/**
 * The picture that Claude sees, upright, at a given size (as it is seen): of an animated PNG the still one, and
 * turned as its orientation says, also where this browser does not look at it.
 */
export async function decodeUpright(bytes: Uint8Array<ArrayBuffer>, type: ImageType, orientation: number, size: PixelSize, quality?: ResizeQuality): Promise<ImageBitmap> {
  const image = new Blob([type === 'image/png' ? stillPng(bytes) : bytes], { type })
  if (orientation === 1 || await followsOrientation(type))
    return decodeAt(image, size, quality)
  return turn(await decodeAt(image, upright({ ...size, orientation }), quality), orientation)
}

/** The same of a picture that is sent as it is: what is shown sideways elsewhere is shown so here. */
export function decodeSeen(bytes: Uint8Array<ArrayBuffer>, type: ImageType, size: PixelSize, quality?: ResizeQuality): Promise<ImageBitmap> {
  const facts = inspectImage(bytes, type)
  const sideways = facts && seenOf(bytes, type, facts).sideways
  return decodeUpright(bytes, type, sideways ? 1 : facts?.orientation ?? 1, size, quality)
}

const followed = new Map<ImageType, Promise<boolean>>()

/** Whether this browser turns pictures of a type as their orientation says, seen at one of 2 x 1 pixels. All do so with JPEG, not all with others. */
function followsOrientation(type: ImageType): Promise<boolean> {
  const known = followed.get(type) ?? looksTurned(type)
  followed.set(type, known)
  return known
}

async function looksTurned(type: ImageType): Promise<boolean> {
  const pixels = TURNED[type]
  if (!pixels)
    return true
  const bitmap = await createImageBitmap(new Blob([pixels], { type }), { imageOrientation: 'from-image' })
  const isTurned = bitmap.height > bitmap.width
  bitmap.close()
  return isTurned
}

/** Scale, skew and move of a picture of 1 x 1, in the order of a canvas, by EXIF's orientation. */
const TURNS: Record<number, [number, number, number, number, number, number]> = {
  2: [-1, 0, 0, 1, 1, 0],
  3: [-1, 0, 0, -1, 1, 1],
  4: [1, 0, 0, -1, 0, 1],
  5: [0, 1, 1, 0, 0, 0],
  6: [0, 1, -1, 0, 1, 0],
  7: [0, -1, -1, 0, 1, 1],
  8: [0, -1, 1, 0, 0, 1],
}

/** Brings stored pixels upright. Takes the bitmap and closes it. */
export function turn(bitmap: ImageBitmap, orientation: number): ImageBitmap {
  const transform = TURNS[orientation]
  if (!transform)
    return bitmap
  const { width, height } = upright({ width: bitmap.width, height: bitmap.height, orientation })
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context)
    throw new Error('no 2d context')
  const [a, b, c, d, x, y] = transform
  context.setTransform(a, b, c, d, x * width, y * height)
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return canvas.transferToImageBitmap()
}
