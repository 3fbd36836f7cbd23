import type { Decoded, DecoderName } from '../../utils/images/foreign/decoders.ts'
import { MissingPartError, missingPart } from '../../utils/network/loadPart.ts'

export interface ConversionRequest { name: DecoderName, bytes: Uint8Array<ArrayBuffer> }
export type ConversionAnswer = { decoded: Decoded } | { failure: string, missing?: { gone: boolean } }

export interface ConversionOptions {
  start: () => Worker
  /** How many pictures are converted side by side. Each may take hundreds of megabytes. */
  most?: number
  /** Milliseconds that a worker is kept for the next picture. */
  idleLimit?: number
  /** Milliseconds for one picture; a slow phone takes half a minute. */
  timeLimit?: number
}

/** Converts pictures in workers of their own, so that nothing else waits for them; those over `most` wait for their turn. */
export function createConversions({ start, most = 2, idleLimit = 20_000, timeLimit = 180_000 }: ConversionOptions) {
  const idle: Worker[] = []
  const waiting: (() => void)[] = []
  let running = 0
  let tidying: ReturnType<typeof setTimeout> | undefined

  async function itsTurn(signal: AbortSignal) {
    if (running >= most)
      await new Promise<void>(resolve => waiting.push(resolve))
    else
      running++
    if (signal.aborted)
      next()
    signal.throwIfAborted()
  }

  /** Its place goes to who has waited longest. */
  function next() {
    const first = waiting.shift()
    if (first)
      first()
    else
      running--
  }

  function keep(worker: Worker) {
    idle.push(worker)
    clearTimeout(tidying)
    tidying = setTimeout(() => idle.splice(0).forEach(one => one.terminate()), idleLimit)
  }

  async function answerOf(worker: Worker, request: ConversionRequest, signal: AbortSignal): Promise<Decoded> {
    const limit = AbortSignal.timeout(timeLimit)
    const answered = new AbortController()
    const once = { once: true, signal: answered.signal }
    try {
      const answer = await new Promise<ConversionAnswer>((resolve, reject) => {
        worker.addEventListener('message', ({ data }: MessageEvent<ConversionAnswer>) => resolve(data), once)
        // Without a message it was never loaded; with one it broke down over this picture.
        worker.addEventListener('error', ({ message }) => message ? resolve({ failure: message }) : missingPart().then(reject), once)
        signal.addEventListener('abort', () => reject(signal.reason as Error), once)
        limit.addEventListener('abort', () => resolve({ failure: 'it took too long' }), once)
        worker.postMessage(request)
      })
      if ('decoded' in answer) {
        keep(worker)
        return answer.decoded
      }
      throw answer.missing ? new MissingPartError(answer.missing.gone) : new Error(answer.failure)
    }
    catch (error) {
      worker.terminate() // with all that a hostile picture has left behind in it
      throw error
    }
    finally {
      answered.abort()
    }
  }

  return {
    /**
     * @param began it is this picture's turn
     * @throws the signal's reason when it is not wanted any more, a MissingPartError, or why it cannot be decoded
     */
    async convert(request: ConversionRequest, signal: AbortSignal, began?: () => void): Promise<Decoded> {
      await itsTurn(signal)
      try {
        began?.()
        return await answerOf(idle.pop() ?? start(), request, signal)
      }
      finally {
        next()
      }
    },
  }
}
