import { formatBytes, LIMITS } from '../../../shared/attachments.ts'
import { bytesToBase64 } from '../../../shared/base64.ts'
import { FileRejectedError } from '../limits/rejection.ts'
import { inspectPdf } from './pdf.ts'

/** A PDF that opens without a password, with its pages counted: one with too many of them is cut later. @throws FileRejectedError */
export async function admitPdf(name: string, bytes: Uint8Array) {
  const found = await inspectPdf(bytes)
  if (found === 'encrypted')
    throw new FileRejectedError(`${name} needs a password. Save it without one and attach that.`)
  if (found === 'broken')
    throw new FileRejectedError(`${name} is damaged: it does not open as a PDF${bytes.length > LIMITS.fileBytes ? `, and cannot be cut to the limit of ${formatBytes(LIMITS.fileBytes)}` : ''}.`)
  return { base64: bytesToBase64(bytes), size: bytes.length, ...found }
}
