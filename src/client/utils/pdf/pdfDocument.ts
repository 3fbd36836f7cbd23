import { getDocument, PDFWorker, TextLayer, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs'
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url'
import { missingPart } from '../network/loadPart.ts'
import { DECODER_FOLDER, pdfDataFactory } from './pdfData.ts'
import { hasFailedImages } from './pdfImages.ts'

/** A page as it was drawn. */
interface DrawnPage {
  canvas: HTMLCanvasElement
  /** Some of it could not be drawn: a picture that is damaged, or characters whose font is not there. */
  incomplete: boolean
}

/** A page that can be drawn, again and again. */
export interface PdfPage {
  number: number
  /** In points, upright as it is shown. */
  width: number
  height: number
  /**
   * Draws the page.
   * @param pixels its width on the canvas
   * @returns undefined where the signal came first
   */
  draw(pixels: number, signal: AbortSignal): Promise<DrawnPage | undefined>
  /** Lays the page's text over its picture, to be selected and read aloud. @throws where the signal came first */
  layText(container: HTMLElement, signal: AbortSignal): Promise<void>
  /** Gives back what drawing took. */
  release(): void
}

export interface OpenPdf {
  pages: PdfPage[]
  close(): void
}

/** Its pages are only read when they are asked for. */
export interface PdfByPages {
  /** @param number from 1 on @throws where there is none, or it cannot be read */
  page(number: number): Promise<PdfPage>
  close(): void
}

/** Pixels; browsers refuse larger canvases, and phones earlier than others. */
const MAX_AREA = 16_000_000
const MAX_EDGE = 8192

/** Opens a PDF in a thread of its own. @throws where it cannot be opened */
export const openPdf = (file: Blob): Promise<OpenPdf> =>
  open(file, async (pdf, missing, close) => ({ pages: await readPages(pdf, missing), close }))

/** The same, for whom some of its pages are enough. @throws where it cannot be opened */
export const openPdfByPages = (file: Blob): Promise<PdfByPages> =>
  open(file, async (pdf, missing, close) => ({ page: async number => toPage(await pdf.getPage(number), missing), close }))

async function open<Opened>(file: Blob, read: (pdf: PDFDocumentProxy, missing: ReadonlySet<string>, close: () => void) => Promise<Opened>): Promise<Opened> {
  const thread = typeof Worker === 'undefined' ? undefined : new Worker(workerUrl, { type: 'module' })
  const missing = new Set<string>()
  const opening = getDocument({
    data: new Uint8Array(await file.arrayBuffer()),
    worker: thread && PDFWorker.create({ port: thread, verbosity: 0 }),
    verbosity: 0,
    isEvalSupported: false,
    useWorkerFetch: false,
    useSystemFonts: false,
    wasmUrl: DECODER_FOLDER,
    BinaryDataFactory: pdfDataFactory(filename => missing.add(filename)),
  })
  function close() {
    void opening.destroy()
    thread?.terminate()
  }
  try {
    const failed = new Promise<never>((_, reject) => thread?.addEventListener('error', () => void missingPart().then(reject)))
    return await Promise.race([read(await Promise.race([opening.promise, failed]), missing, close), failed])
  }
  catch (error) {
    close()
    throw error
  }
}

/** All of them before the first is shown: with their sizes known nothing moves later. */
function readPages(pdf: PDFDocumentProxy, missing: ReadonlySet<string>): Promise<PdfPage[]> {
  return Promise.all(Array.from({ length: pdf.numPages }, async (_, i) => toPage(await pdf.getPage(i + 1), missing)))
}

function toPage(page: PDFPageProxy, missing: ReadonlySet<string>): PdfPage {
  const natural = page.getViewport({ scale: 1 })
  const { width, height } = natural

  return {
    number: page.pageNumber,
    width,
    height,

    async draw(pixels, signal) {
      const scale = Math.min(pixels / width, Math.sqrt(MAX_AREA / (width * height)), MAX_EDGE / Math.max(width, height))
      const viewport = page.getViewport({ scale })
      const canvas = document.createElement('canvas')
      canvas.width = Math.max(1, Math.round(viewport.width))
      canvas.height = Math.max(1, Math.round(viewport.height))
      const task = page.render({ canvas, viewport })
      const cancel = () => task.cancel()
      signal.addEventListener('abort', cancel)
      try {
        const missingBefore = missing.size
        await task.promise
        return { canvas, incomplete: missing.size > missingBefore || await hasFailedImages(page) }
      }
      catch (error) {
        if (signal.aborted)
          return undefined
        throw error
      }
      finally {
        signal.removeEventListener('abort', cancel)
      }
    },

    async layText(container, signal) {
      const layer = new TextLayer({ textContentSource: page.streamTextContent(), container, viewport: natural })
      signal.addEventListener('abort', () => layer.cancel())
      await layer.render()
    },

    release: () => void page.cleanup(),
  }
}
