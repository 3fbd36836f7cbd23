import { heicTo } from 'heic-to/csp'

/** Upright: the library turns it as the file says. */
export const decodeHeic = (bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> =>
  heicTo({ blob: new Blob([bytes]), type: 'bitmap' })
