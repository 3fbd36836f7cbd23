import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { PdfFacts, PdfProblem } from '../../shared/pdf.ts'
import { createKeyedQueue } from '../../shared/keyedQueue.ts'

const CLOSED = 'no PDF is opened any more: the server is closing'

/** Megabytes. */
const MEMORY = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 }

export interface PdfInspectorOptions {
  /** Milliseconds for one PDF. An honest one takes a fraction of a second. */
  timeLimit?: number
  /** Milliseconds after the last PDF until its thread is given back. */
  idleLimit?: number
}

export type PdfInspector = ReturnType<typeof createPdfInspector>

/** Opens PDFs in a thread of its own, which may not last long nor grow large: a hostile one costs only itself. */
export function createPdfInspector({ timeLimit = 20_000, idleLimit = 60_000 }: PdfInspectorOptions = {}) {
  const queue = createKeyedQueue()
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let closed = false

  async function start() {
    const started = startThread()
    started.unref()
    started.on('error', () => undefined) // it ends then, and whoever waits for it is told so
    started.once('exit', () => {
      if (worker === started)
        worker = undefined
    })
    await once(started, 'message') // fails where it could not be loaded
    return started
  }

  /** Forgotten at once: nobody may ask a thread that is about to end. */
  async function stop() {
    clearTimeout(idle)
    const stopped = worker
    worker = undefined
    await stopped?.terminate()
  }

  async function examine(bytes: Uint8Array): Promise<PdfFacts | PdfProblem> {
    if (closed)
      throw new Error(CLOSED)
    clearTimeout(idle)
    worker ??= await start()
    const timer = setTimeout(stop, timeLimit)
    const answer = await answerOf(worker, new Uint8Array(bytes))
    clearTimeout(timer)
    if (closed)
      throw new Error(CLOSED)
    idle = setTimeout(stop, idleLimit).unref()
    return answer
  }

  return {
    /** @throws where the library that opens PDFs is not there, or the server is closing */
    inspect: (bytes: Uint8Array) => queue.run('pdf', () => examine(bytes)),

    async close() {
      closed = true
      await stop()
      await queue.settled()
    },
  }
}

/** A thread that ends over a PDF is an answer too. */
function answerOf(thread: Worker, bytes: Uint8Array<ArrayBuffer>) {
  return new Promise<PdfFacts | PdfProblem>((resolve) => {
    function settle(answer: PdfFacts | PdfProblem) {
      thread.off('message', settle).off('exit', giveUp)
      resolve(answer)
    }
    const giveUp = () => settle('broken')
    thread.on('message', settle).on('exit', giveUp)
    thread.postMessage(bytes, [bytes.buffer])
  })
}

/**
 * As built, or from the sources, which a thread reads only through the loader that development uses.
 * The library's larger half is read before: that loader would take longer over it than all PDFs together.
 */
function startThread() {
  const options = { execArgv: [], resourceLimits: MEMORY }
  const compiled = new URL('./pdfWorker.js', import.meta.url) // by itself: bundlers take the usual form for one of theirs
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(compiled, options)
  const load = `import('pdfjs-dist/legacy/build/pdf.worker.mjs')
    .then(() => import('tsx/esm/api'))
    .then(({ register }) => { register(); return import('${new URL('./pdfWorker.ts', import.meta.url).href}') })`
  return new Worker(load, { ...options, eval: true })
}
