import sharp from 'sharp'
import { LIMITS } from '../../shared/attachments.ts'
import { refuserOf } from '../errors/fileRefusal.ts'

export type ImageDecoding = ReturnType<typeof createImageDecoding>

/**
 * Decodes the images of one message in other threads, while the next ones are read in this one. As tolerant as a
 * browser: a blemish may show, but an image that breaks off, or is no image inside, is damaged.
 */
export function createImageDecoding() {
  const all: Promise<void>[] = []

  return {
    begin(filename: string, bytes: Buffer) {
      const decoded = decode(bytes).catch(() => {
        throw refuserOf(filename)(422, 'the image is damaged: it cannot be decoded.')
      })
      decoded.catch(() => undefined) // `done` tells of it, where it comes to that
      all.push(decoded)
    },

    /** @throws a refusal of the first one that cannot be decoded */
    async done(): Promise<void> {
      await Promise.all(all)
    },
  }
}

/** All of it, to the last pixel, which is all that is kept. Of an animation the first frame, which is what Claude sees. */
async function decode(bytes: Buffer) {
  const image = sharp(bytes, { failOn: 'truncated', limitInputPixels: LIMITS.imageSourcePixels })
  const { width, height } = await image.metadata()
  await image.extract({ left: width - 1, top: height - 1, width: 1, height: 1 }).raw().toBuffer()
}
