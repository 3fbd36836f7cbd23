/** A small picture, as bytes: some browsers refuse Blobs in IndexedDB. */
export interface Thumbnail {
  type: string
  bytes: Uint8Array<ArrayBuffer>
}

/** Pixels of its shorter side: 48 on screen, sharp at twice the density. */
const SIDE = 96
/** The longer side of an extreme strip is cut to its middle: only the middle is ever seen. */
const LONGEST = 4 * SIDE

/** The size at which a picture covers a thumbnail; the longer side may reach beyond it. */
export function thumbnailSize({ width, height }: { width: number, height: number }) {
  const scale = Math.min(1, SIDE / Math.min(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Draws a thumbnail of a decoded picture, whatever its size. The bitmap stays the caller's. */
export async function makeThumbnail(bitmap: ImageBitmap): Promise<Thumbnail> {
  const scale = Math.min(1, SIDE / Math.min(bitmap.width, bitmap.height))
  const covered = thumbnailSize(bitmap)
  const width = Math.min(covered.width, LONGEST)
  const height = Math.min(covered.height, LONGEST)
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
