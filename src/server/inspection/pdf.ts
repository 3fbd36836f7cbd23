import type { PdfFacts, PdfProblem } from '../../shared/pdf.ts'
import { createDecoderPool } from './decoders/decoderPool.ts'
import { startPdfThread } from './decoders/pdfThread.ts'

export interface PdfInspectorOptions {
  /** Milliseconds for one PDF. An honest one takes a fraction of a second. */
  timeLimit?: number
  /** Milliseconds after the last PDF until its thread is given back. */
  idleLimit?: number
  /** PDFs that are opened at the same time, one of each tenant. */
  atOnce?: number
}

export type PdfInspector = ReturnType<typeof createPdfInspector>

/** Opens PDFs in threads, each tenant's in its turn: what costs one tenant twenty seconds costs another nothing. */
export function createPdfInspector({ timeLimit = 20_000, idleLimit = 60_000, atOnce = 3 }: PdfInspectorOptions = {}) {
  const pool = createDecoderPool({ start: startPdfThread, atOnce, perTenant: 1, timeLimit, idleLimit })

  return {
    /** A thread that ends over a PDF is an answer too. @throws where the library that opens PDFs is not there, or the server is closing */
    async inspect(bytes: Uint8Array, tenant = ''): Promise<PdfFacts | PdfProblem> {
      return (await pool.ask(tenant, { bytes }))?.facts ?? 'broken'
    },

    /** What is written in it, as far as it can be read. */
    async text(bytes: Uint8Array, tenant = ''): Promise<string> {
      return (await pool.ask(tenant, { bytes, wantsText: true }))?.text ?? ''
    },

    close: () => pool.close(),
  }
}
