import { formatBytes, LIMITS, PDF_TYPE, type MediaType } from '../../../shared/attachments.ts'
import { isText } from '../../../shared/text/readText.ts'
import { FileRejectedError, notSupported } from '../limits/rejection.ts'

/** @throws FileRejectedError */
export function checkSize(name: string, size: number, fitsFolder = false): void {
  if (size === 0)
    throw new FileRejectedError(`${name} is empty: there is nothing in it to attach.`)
  if (size > LIMITS.fileBytes)
    throw new FileRejectedError(`${name} has ${sizeOver(size)}; the limit is ${formatBytes(LIMITS.fileBytes)} for each file.`, { fitsFolder })
}

/** What is larger than can be sent is cut; what is larger than this is not opened. @throws FileRejectedError */
export function checkPdfSize(name: string, size: number): void {
  if (size > LIMITS.pdfSourceBytes)
    throw new FileRejectedError(`${name} has ${formatBytes(size)}; PDFs up to ${formatBytes(LIMITS.pdfSourceBytes)} can be opened and cut here.`)
}

/** What is no picture. The agent's folder takes more of anything but a PDF, which Claude is to see. @throws FileRejectedError */
export function checkOtherSize(name: string, size: number, head: Uint8Array, type: MediaType | undefined): void {
  const fitsFolder = type !== PDF_TYPE && size <= LIMITS.workspaceFileBytes
  if (fitsFolder && size > LIMITS.fileBytes && !isText(head))
    throw new FileRejectedError(notSupported(name), { fitsFolder })
  checkSize(name, size, fitsFolder)
}

/** A size that rounds to the limit itself is told to the byte. */
function sizeOver(size: number) {
  const rounded = formatBytes(size)
  return rounded === formatBytes(LIMITS.fileBytes) ? `${size.toLocaleString('en')} bytes` : rounded
}
