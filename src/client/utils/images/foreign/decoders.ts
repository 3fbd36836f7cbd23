import { LIMITS } from '../../../../shared/attachments.ts'
import { loadPart } from '../../network/loadPart.ts'
import { reduce } from '../imageDecoding.ts'

/* What browsers do not open, opened by libraries that are loaded when the first such file comes. */

/** A decoded picture within the limits, and the size it had. */
export interface Decoded {
  bitmap: ImageBitmap
  width: number
  height: number
}

type Decoder = (bytes: Uint8Array<ArrayBuffer>) => Promise<ImageBitmap>

const DECODERS = {
  'HEIC': () => loadPart(() => import('./heic.ts')).then(({ decodeHeic }) => decodeHeic),
  'TIFF': () => loadPart(() => import('./tiff.ts')).then(({ decodeTiff }) => decodeTiff),
  'lossless JPEG': () => loadPart(() => import('./losslessJpeg.ts')).then(({ decodeLosslessJpeg }) => decodeLosslessJpeg),
} satisfies Record<string, () => Promise<Decoder>>

export type DecoderName = keyof typeof DECODERS

export const hasDecoder = (kind: string): kind is DecoderName => kind in DECODERS

/** So that it is there when the first such photo comes. */
export const loadHeicConverter = async (): Promise<void> => void await DECODERS.HEIC()

/** @throws where it cannot be decoded, a MissingPartError where what decodes it did not come */
export async function decodeBy(name: DecoderName, bytes: Uint8Array<ArrayBuffer>): Promise<Decoded> {
  const decode = await DECODERS[name]()
  const whole = await decode(bytes)
  const { width, height } = whole
  if (width * height > LIMITS.imageSourcePixels)
    throw new Error('it unfolds to more pixels than it said')
  return { bitmap: await reduce(whole), width, height }
}
