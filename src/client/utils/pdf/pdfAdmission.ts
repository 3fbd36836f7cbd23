import { LIMITS } from '../../../shared/attachments.ts'
import { bytesToBase64 } from '../../../shared/base64.ts'
import { FileRejectedError } from '../limits/rejection.ts'
import { inspectPdf } from './pdf.ts'

/** A PDF that opens without a password and is short enough, with its pages counted. @throws FileRejectedError */
export async function admitPdf(name: string, bytes: Uint8Array) {
  const found = await inspectPdf(bytes)
  if (found === 'encrypted')
    throw new FileRejectedError(`${name} needs a password. Save it without one and attach that.`)
  if (found === 'broken')
    throw new FileRejectedError(`${name} is damaged: it does not open as a PDF.`)
  if (found.pages > LIMITS.pdfPages)
    throw new FileRejectedError(`${name} has ${found.pages} pages; the limit is ${LIMITS.pdfPages}. Split it and attach the pages that matter.`)
  return { base64: bytesToBase64(bytes), size: bytes.length, ...found }
}
