import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { PdfFacts, PdfProblem } from '../shared/pdf.ts'
import { createKeyedQueue } from './keyedQueue.ts'

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
    started.once('exit', () => {
      if (worker === started)
        worker = undefined
    })
    await once(started, 'message') // fails where it could not be loaded
    return started
  }

  async function stop() {
    clearTimeout(idle)
    await worker?.terminate()
    worker = undefined
  }

  async function examine(bytes: Uint8Array): Promise<PdfFacts | PdfProblem> {
    if (closed)
      throw new Error('no PDFs are opened any more: the server is closing')
    clearTimeout(idle)
    worker ??= await start()
    const asked = worker
    const timer = setTimeout(() => asked.terminate(), timeLimit)
    try {
      return await answerOf(asked, new Uint8Array(bytes))
    }
    finally {
      clearTimeout(timer)
      idle = setTimeout(stop, idleLimit).unref()
    }
  }

  /** A thread that ends over a PDF is an answer too. */
  function answerOf(asked: Worker, bytes: Uint8Array<ArrayBuffer>) {
    return new Promise<PdfFacts | PdfProblem>((resolve, reject) => {
      asked.removeAllListeners('message')
      asked.removeAllListeners('error')
      asked.once('message', resolve)
      asked.once('error', () => resolve('broken'))
      asked.once('exit', () => closed ? reject(new Error('the server closed meanwhile')) : resolve('broken'))
      asked.postMessage(bytes, [bytes.buffer])
    })
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

/** As built, or from the sources, which a thread reads only through the loader that development uses. */
function startThread() {
  const options = { execArgv: [], resourceLimits: MEMORY }
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./pdfWorker.js', import.meta.url), options)
  const source = new URL('./pdfWorker.ts', import.meta.url).href
  const load = `import('tsx/esm/api').then(({ register }) => { register(); return import('${source}') })`
  return new Worker(load, { ...options, eval: true })
}
