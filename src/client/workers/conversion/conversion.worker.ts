import { decodeBy } from '../../utils/images/foreign/decoders.ts'
import { MissingPartError } from '../../utils/network/loadPart.ts'
import type { ConversionAnswer, ConversionRequest } from './conversions.ts'

/** Decodes one picture at a time, for seconds if need be; whoever does not want it any more ends this worker. */
self.addEventListener('message', async ({ data: { name, bytes } }: MessageEvent<ConversionRequest>) => {
  try {
    const decoded = await decodeBy(name, bytes)
    postMessage({ decoded } satisfies ConversionAnswer, { transfer: [decoded.bitmap] })
  }
  catch (error) {
    // Errors lose their class on the way; some libraries throw only a sentence.
    const failure = error instanceof Error ? error.message : String(error)
    postMessage({ failure, missing: error instanceof MissingPartError ? { gone: error.gone } : undefined } satisfies ConversionAnswer)
  }
})
