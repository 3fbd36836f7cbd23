import { decode, decodeImage, toRGBA8 } from 'utif2'
import { inspectTiff, onlyDirectory } from '../../../../shared/images/foreign/tiff.ts'
import { turn } from '../upright.ts'

/** The first page, upright. */
export async function decodeTiff(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  const { orientation, index } = inspectTiff(bytes)
  const { buffer } = onlyDirectory(bytes, index) // the library follows a chain of pages for ever where it is a ring
  const [page] = decode(buffer)
  if (!page)
    throw new Error('this TIFF has no page')
  decodeImage(buffer, page)
  const pixels = new Uint8ClampedArray(toRGBA8(page).buffer as ArrayBuffer)
  return turn(await createImageBitmap(new ImageData(pixels, page.width, page.height)), orientation)
}
