/** The pixel size an image's header states, read without decoding it. */
export interface PixelSize { width: number, height: number }

/**
 * Reads width and height, in stored pixels (EXIF orientation not applied), from the header of a
 * PNG, JPEG, GIF or WebP. Undefined where the header is damaged or the type is another.
 */
export function readImageSize(bytes: Uint8Array): PixelSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const size = readers[view.getUint16(0)]?.(view)
    return size && size.width > 0 && size.height > 0 ? size : undefined
  }
  catch (error) {
    if (error instanceof RangeError) // the header says more than the file holds
      return undefined
    throw error
  }
}

/** By the first two bytes; the caller has already sniffed the type from all of them. */
const readers: Record<number, (view: DataView) => PixelSize | undefined> = {
  0x8950: png,
  0xFFD8: jpeg,
  0x4749: gif,
  0x5249: webp,
}

function png(view: DataView): PixelSize {
  return { width: view.getUint32(16), height: view.getUint32(20) }
}

function gif(view: DataView): PixelSize {
  return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
}

/** Walks the segments to the frame header: SOF0 to SOF15, but not the tables DHT, JPG and DAC among them. */
function jpeg(view: DataView): PixelSize | undefined {
  for (let offset = 2; offset < view.byteLength;) {
    if (view.getUint8(offset) !== 0xFF)
      return undefined
    const marker = view.getUint8(offset + 1)
    if (marker === 0xFF) {
      offset++ // fill byte
      continue
    }
    if (marker >= 0xC0 && marker <= 0xCF && marker !== 0xC4 && marker !== 0xC8 && marker !== 0xCC)
      return { height: view.getUint16(offset + 5), width: view.getUint16(offset + 7) }
    const standalone = marker === 0x01 || (marker >= 0xD0 && marker <= 0xD8)
    offset += 2 + (standalone ? 0 : view.getUint16(offset + 2))
  }
  return undefined
}

function webp(view: DataView): PixelSize | undefined {
  const format = view.getUint32(12)
  if (format === 0x56503858) // VP8X: 24-bit sizes minus one
    return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) }
  if (format === 0x5650384C) { // VP8L: 14 bits each, minus one
    const bits = view.getUint32(21, true)
    return { width: 1 + (bits & 0x3FFF), height: 1 + ((bits >> 14) & 0x3FFF) }
  }
  if (format === 0x56503820) // VP8, lossy: 14 bits each
    return { width: view.getUint16(26, true) & 0x3FFF, height: view.getUint16(28, true) & 0x3FFF }
  return undefined
}

function uint24(view: DataView, offset: number) {
  return view.getUint16(offset, true) | view.getUint8(offset + 2) << 16
}
