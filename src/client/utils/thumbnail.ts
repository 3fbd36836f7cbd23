/** A small picture, as bytes: some browsers refuse Blobs in IndexedDB. */
export interface Thumbnail {
  type: string
  bytes: Uint8Array<ArrayBuffer>
}

/** Pixels of its shorter side: 48 on screen, sharp at twice the density. */
const SIDE = 96

/**
 * Decodes an image, upright, into a picture that covers a square of SIDE pixels.
 * Throws where the image cannot be decoded.
 */
export async function makeThumbnail(image: Blob): Promise<Thumbnail> {
  const bitmap = await createImageBitmap(image)
  try {
    const scale = Math.min(1, SIDE / Math.min(bitmap.width, bitmap.height))
    // An extreme strip is cut to its middle: only the middle is ever seen.
    const width = Math.min(Math.max(1, Math.round(bitmap.width * scale)), SIDE * 4)
    const height = Math.min(Math.max(1, Math.round(bitmap.height * scale)), SIDE * 4)
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d')
    if (!context)
      throw new Error('no 2d context')
    context.imageSmoothingQuality = 'high'
    context.drawImage(
      bitmap,
      (bitmap.width - width / scale) / 2, (bitmap.height - height / scale) / 2, width / scale, height / scale,
      0, 0, width, height,
    )
    // WebP keeps transparency at a third of PNG's size; a browser that cannot write it answers with PNG.
    const picture = await canvas.convertToBlob({ type: 'image/webp', quality: 0.8 })
    return { type: picture.type, bytes: new Uint8Array(await picture.arrayBuffer()) }
  }
  finally {
    bitmap.close()
  }
}
