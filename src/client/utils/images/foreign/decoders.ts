import { LIMITS } from '../../../../shared/attachments.ts'
import { reduce } from '../imageDecoding.ts'
import { DecoderUnavailableError } from './decoderUnavailable.ts'

/* What browsers do not open, opened by libraries that are loaded when the first such file comes. */

/** A decoded picture within the limits, and the size it had. */
export interface Decoded {
  bitmap: ImageBitmap
  width: number
  height: number
}

type Decoder = (bytes: Uint8Array<ArrayBuffer>) => Promise<ImageBitmap>

const DECODERS = {
  'HEIC': () => import('./heic.ts').then(({ decodeHeic }) => decodeHeic),
  'TIFF': () => import('./tiff.ts').then(({ decodeTiff }) => decodeTiff),
  'lossless JPEG': () => import('./losslessJpeg.ts').then(({ decodeLosslessJpeg }) => decodeLosslessJpeg),
} satisfies Record<string, () => Promise<Decoder>>

export type DecoderName = keyof typeof DECODERS

export const hasDecoder = (kind: string): kind is DecoderName => kind in DECODERS

/** @throws where it cannot be decoded, a DecoderUnavailableError where what decodes it could not be loaded */
export async function decodeBy(name: DecoderName, bytes: Uint8Array<ArrayBuffer>): Promise<Decoded> {
  const decode = await DECODERS[name]().catch((error: unknown) => {
    throw new DecoderUnavailableError('the library that opens this picture could not be loaded', { cause: error })
  })
  const whole = await decode(bytes)
  const { width, height } = whole
  if (width * height > LIMITS.imageSourcePixels)
    throw new Error('it unfolds to more pixels than it said')
  return { bitmap: await reduce(whole), width, height }
}
