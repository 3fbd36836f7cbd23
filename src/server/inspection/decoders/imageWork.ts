import sharp from 'sharp'
import { LIMITS, type Limits } from '../../../shared/attachments.ts'
import { reduceImage, type ReducedImage } from './imageReduction.ts'

export type ImageRequest = { kind: 'decode', bytes: Uint8Array } | { kind: 'reduce', bytes: Uint8Array, limits: Limits }
/** `image` is what it was reduced to. */
export type ImageAnswer = { isDamaged: boolean, image?: ReducedImage }

/** Wherever it runs. */
export async function workOnImage(request: ImageRequest): Promise<ImageAnswer> {
  try {
    if (request.kind === 'reduce')
      return { isDamaged: false, image: await reduceImage(asBuffer(request.bytes), request.limits) }
    await decode(asBuffer(request.bytes))
    return { isDamaged: false }
  }
  catch {
    return { isDamaged: true } // whatever the decoder says, it is about the bytes
  }
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** All of it, to the last pixel, which is all that is kept. Of an animation the first frame, which is what Claude sees. */
async function decode(bytes: Buffer) {
  const image = sharp(bytes, { failOn: 'truncated', limitInputPixels: LIMITS.imageSourcePixels })
  const { width, height } = await image.metadata()
  await image.extract({ left: width - 1, top: height - 1, width: 1, height: 1 }).raw().toBuffer()
}
