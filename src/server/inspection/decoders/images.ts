import { LIMITS, type Limits } from '../../../shared/attachments.ts'
import { createFairQueue } from '../../queues/fairQueue.ts'
import { createDecoderPool } from './decoderPool.ts'
import { startImageProcess } from './imageProcess.ts'
import { workOnImage, type ImageAnswer } from './imageWork.ts'

/** Milliseconds for one picture, and after the last one until its process is given back. */
const TIME_LIMIT_MS = 20_000
const IDLE_LIMIT_MS = 60_000
/** Pixels up to which a picture is decoded in the server itself: what browsers send. It takes some 30 MB and a tenth of a second. */
const SMALL_PIXELS = LIMITS.imageEdge ** 2

/** Undefined: it took more memory or time than one picture may. */
type Answer = Promise<ImageAnswer | undefined>

export type ImageDecoder = ReturnType<typeof createImageDecoder>

/**
 * Decodes pictures, each tenant's in their turn; large ones in a process that may neither last long nor grow large.
 * @param processBytes that a process may take over one picture; a photograph of a hundred megapixels takes half of this
 */
export function createImageDecoder({ processBytes = 640 * 1024 * 1024 } = {}) {
  const pool = createDecoderPool({ start: () => startImageProcess(processBytes), atOnce: 2, perTenant: 1, timeLimit: TIME_LIMIT_MS, idleLimit: IDLE_LIMIT_MS })
  const small = createFairQueue({ atOnce: 3, perKey: 2 })

  return {
    /** To the last pixel. @param pixels as its header says */
    decode(tenant: string, bytes: Buffer, pixels: number): Answer {
      return pixels <= SMALL_PIXELS
        ? small.run(tenant, () => workOnImage({ kind: 'decode', bytes }))
        : pool.ask(tenant, { kind: 'decode', bytes })
    },

    /** To what Claude takes. */
    reduce: (tenant: string, bytes: Buffer, limits: Limits): Answer => pool.ask(tenant, { kind: 'reduce', bytes, limits }),

    close: () => pool.close(),
  }
}
