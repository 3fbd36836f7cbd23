import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { PdfFacts, PdfProblem } from '../../../shared/pdf.ts'
import type { Decoder } from './decoderPool.ts'

export interface PdfRequest {
  bytes: Uint8Array
  /** What is written in it, and not what it is. */
  wantsText?: boolean
}

export interface PdfAnswer {
  facts?: PdfFacts | PdfProblem
  text?: string
}

/** Megabytes. */
const MEMORY = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 32 }

/** A thread that opens PDFs. It may not grow large: a hostile one costs only itself. */
export async function startPdfThread(): Promise<Decoder<PdfRequest, PdfAnswer>> {
  const thread = createThread()
  let ended = false
  thread.unref()
  thread.on('error', () => undefined) // it ends then, and whoever waits for it is told so
  thread.once('exit', () => { ended = true })
  await once(thread, 'message') // fails where it could not be loaded

  return {
    ask: ({ bytes, wantsText }) => answerOf(thread, { bytes: new Uint8Array(bytes), wantsText }),
    async end() {
      ended = true // at once: nobody may ask a thread that is about to end
      await thread.terminate()
    },
    hasEnded: () => ended,
  }
}

function answerOf(thread: Worker, request: PdfRequest & { bytes: Uint8Array<ArrayBuffer> }) {
  return new Promise<PdfAnswer | undefined>((resolve) => {
    function finish(answer: PdfAnswer | undefined) {
      thread.off('message', finish).off('exit', giveUp)
      resolve(answer)
    }
    const giveUp = () => finish(undefined)
    thread.on('message', finish).on('exit', giveUp)
    thread.postMessage(request, [request.bytes.buffer])
  })
}

/**
 * As built, or from the sources, which a thread reads only through the loader that development uses.
 * The library's larger half is read before: that loader would take longer over it than all PDFs together.
 */
function createThread() {
  const options = { execArgv: [], resourceLimits: MEMORY }
  const compiled = new URL('./pdfWorker.js', import.meta.url) // by itself: bundlers take the usual form for one of theirs
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(compiled, options)
  const load = `import('pdfjs-dist/legacy/build/pdf.worker.mjs')
    .then(() => import('tsx/esm/api'))
    .then(({ register }) => { register(); return import('${new URL('./pdfWorker.ts', import.meta.url).href}') })`
  return new Worker(load, { ...options, eval: true })
}
