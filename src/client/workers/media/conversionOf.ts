import type { DecodeApart } from '../../utils/images/foreign/foreignAdmission.ts'
import { createConversions } from '../conversion/conversions.ts'
import { startEstimate } from '../conversion/estimate.ts'
import { reportProgress } from '../conversion/progress.ts'
import { mediaCache } from './mediaCache.ts'

/** One core is left to everything else. */
const most = Math.min(2, Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1))

/** Some browsers cannot start a worker from a worker: the pictures are then converted where this runs. */
const conversions = typeof Worker === 'undefined'
  ? undefined
  : createConversions({ most, start: () => new Worker(new URL('../conversion/conversion.worker.ts', import.meta.url), { type: 'module' }) })

const underWay = new Map<string, AbortController>()

/** How an attachment's picture is decoded where the browser cannot: apart, with its progress told, and ended when it is removed. */
export function conversionOf(id: string): DecodeApart | undefined {
  return conversions && (async (name, bytes, pixels) => {
    const ending = new AbortController()
    if (mediaCache.isRemoved(id))
      ending.abort()
    underWay.set(id, ending)
    let stop: ReturnType<typeof startEstimate> | undefined
    try {
      const decoded = await conversions.convert({ name, bytes }, ending.signal, () => {
        stop = startEstimate(pixels, fraction => reportProgress(id, fraction))
      })
      stop?.(true)
      return decoded
    }
    finally {
      stop?.(false)
      underWay.delete(id)
      reportProgress(id, undefined)
    }
  })
}

/** Nobody wants it any more: its worker ends, and the next picture begins. */
export function endConversion(id: string): void {
  underWay.get(id)?.abort()
}
