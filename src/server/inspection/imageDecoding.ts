import { LIMITS } from '../../shared/attachments.ts'
import { refuserOf } from '../errors/rejectedFile.ts'
import { ProblemError, refusal } from '../errors/problems.ts'
import type { ImageAnswer } from './decoders/imageWork.ts'
import type { ImageDecoder } from './decoders/images.ts'

export interface PictureToDecode { filename: string, bytes: Buffer, width: number | null, height: number | null }

const pixelsOf = ({ width, height }: Pick<PictureToDecode, 'width' | 'height'>) => (width ?? 0) * (height ?? 0)

/** Before any of them is decoded. @throws a 413 */
function refuseTooManyPixels(pictures: readonly Pick<PictureToDecode, 'width' | 'height'>[]) {
  const pixels = pictures.reduce((sum, picture) => sum + pixelsOf(picture), 0)
  if (pixels > LIMITS.messagePixels) {
    const inMillions = (count: number) => Math.round(count / 1e6).toLocaleString('en')
    throw refusal(413, 'message_too_large', `The pictures of the message have ${inMillions(pixels)} million pixels together; ${inMillions(LIMITS.messagePixels)} million are possible. Send some of them in a second message, or make them smaller.`)
  }
}

/**
 * Decodes the pictures of one message. As tolerant as a browser: a blemish may show, but an image that breaks off, or
 * is no image inside, is damaged. What is not begun when one of them is refused is not decoded any more.
 * @throws a refusal of the first one that cannot be decoded
 */
export async function decodeAll(pictures: readonly PictureToDecode[], images: ImageDecoder, tenant: string): Promise<void> {
  refuseTooManyPixels(pictures)
  const waiting = [...pictures]
  let failed = false

  async function work() {
    for (let next = waiting.shift(); next && !failed; next = waiting.shift()) {
      try {
        await decode(next)
      }
      catch (error) {
        failed = true
        throw error
      }
    }
  }

  async function decode(picture: PictureToDecode) {
    requireSound(picture.filename, await images.decode(tenant, picture.bytes, pixelsOf(picture)).catch(unchecked(picture.filename)))
  }

  await Promise.all([work(), work()])
}

/** @throws a refusal of a picture that is damaged, or is too much to decode */
export function requireSound(filename: string, answer: ImageAnswer | undefined): ImageAnswer {
  if (!answer)
    throw refuserOf(filename)(422, 'the image takes more memory or time to decode than one may. Save it anew without interlacing, or make it smaller.')
  if (answer.isDamaged)
    throw refuserOf(filename)(422, 'the image is damaged: it cannot be decoded.')
  return answer
}

/** The server is closing, or is not whole: not the file's fault. */
export function unchecked(filename: string) {
  return (error: unknown): never => {
    if (error instanceof ProblemError)
      throw error
    throw Object.assign(refusal(503, 'not_checked', `“${filename}” cannot be checked at the moment. Nothing was saved; send it again in a while.`, { filename }), { cause: error })
  }
}
