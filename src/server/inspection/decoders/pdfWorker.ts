import { parentPort } from 'node:worker_threads'
import { examinePdf } from '../../../shared/pdf.ts'
import type { PdfAnswer, PdfRequest } from './pdfThread.ts'
import { textOfPdf } from './pdfText.ts'

/** In its own thread: says when it is ready, then answers each PDF with what it is. One at a time. */

/** Bytes that a part of a PDF may unfold to; what is looked at here takes a few kilobytes. */
const MAX_UNFOLDED = 16 * 1024 * 1024

/** The half of the library that does the work; it comes without types. */
const READER: string = 'pdfjs-dist/legacy/build/pdf.worker.mjs'

if (!parentPort)
  throw new Error('pdfWorker.ts runs in a thread of its own')
const port = parentPort

limitArrays()
const { getDocument } = await loadLibrary()

port.on('message', async ({ bytes: data, wantsText }: PdfRequest) => {
  const opening = getDocument({
    data,
    verbosity: 0,
    isEvalSupported: false,
    useWasm: false,
    disableFontFace: true,
    stopAtErrors: false,
  })
  const answer: PdfAnswer = wantsText ? { text: await textOfPdf(opening.promise) } : { facts: await examinePdf(opening.promise) }
  await opening.destroy()
  port.postMessage(answer)
})
port.postMessage('ready')

/** The limit of a thread's memory does not count what lies in arrays of bytes. */
function limitArrays() {
  globalThis.Uint8Array = new Proxy(Uint8Array, {
    construct(target, args: [unknown], newTarget) {
      if (typeof args[0] === 'number' && args[0] > MAX_UNFOLDED)
        throw new RangeError('this PDF unfolds to more than it may')
      return Reflect.construct(target, args, newTarget) as object
    },
  })
}

/**
 * In Node the library reaches for a native canvas as soon as it is loaded, and complains where there is none.
 * Nothing is drawn here: it is given names without a meaning instead.
 */
async function loadLibrary() {
  const { getBuiltinModule } = process
  const require = () => ({ DOMMatrix: class {}, ImageData: class {}, Path2D: class {} })
  process.getBuiltinModule = (() => ({ createRequire: () => require })) as unknown as typeof getBuiltinModule
  try {
    await import(READER) // else the library would load it with the first PDF, on that one's time
    return await import('pdfjs-dist/legacy/build/pdf.mjs')
  }
  finally {
    process.getBuiltinModule = getBuiltinModule
  }
}
