import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'
import { loadPart, missingPart } from '../network/loadPart.ts'
import { examinePdf, type PdfFacts, type PdfProblem } from '../../../shared/pdf.ts'

/** Milliseconds; whoever opens PDFs opens an honest one in a fraction of it. */
const TIME_LIMIT = 15_000

/** Both halves of the reader; the second is a thread of its own each time, out of what the browser keeps. */
export async function loadPdfReader(): Promise<void> {
  await Promise.all([loadPart(() => import('pdfjs-dist/legacy/build/pdf.mjs')), fetch(workerUrl).then(response => response.arrayBuffer())])
}

let last: Promise<unknown> = Promise.resolve()

/**
 * Opens a PDF and counts its pages, leaving the bytes as they are. PDFs that arrive together are opened
 * one after another: each takes a thread and some memory of its own.
 * @throws where the part of the app that opens PDFs could not be loaded
 */
export function inspectPdf(bytes: Uint8Array): Promise<PdfFacts | PdfProblem> {
  const result = last.then(() => inspect(bytes))
  last = result.catch(() => undefined) // told to whoever asked; the next one is opened all the same
  return result
}

async function inspect(bytes: Uint8Array): Promise<PdfFacts | PdfProblem> {
  const { getDocument, PDFWorker } = await loadPart(() => import('pdfjs-dist/legacy/build/pdf.mjs'))
  // A thread that can be ended from here, even while a hostile PDF keeps it busy.
  const thread = typeof Worker === 'undefined' ? undefined : new Worker(workerUrl, { type: 'module' })
  const opening = getDocument({
    data: bytes.slice(), // is taken over, and the caller's would be gone
    worker: thread && PDFWorker.create({ port: thread, verbosity: 0 }),
    verbosity: 0,
    isEvalSupported: false,
    useWorkerFetch: false,
    useWasm: false,
    disableFontFace: true,
    stopAtErrors: false,
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    return await Promise.race([
      examinePdf(opening.promise),
      new Promise<PdfProblem>((resolve) => { timer = setTimeout(resolve, TIME_LIMIT, 'broken') }),
      new Promise<never>((_, reject) => {
        thread?.addEventListener('error', () => void missingPart().then(reject))
      }),
    ])
  }
  finally {
    clearTimeout(timer)
    void opening.destroy()
    thread?.terminate()
  }
}
