import { isImageMimeType, LIMITS, PDF_TYPE, TEXT_TYPE } from '../../../shared/attachments.ts'
import { inspectImage } from '../../../shared/images/inspectImage.ts'
import { sniffMediaType } from '../../../shared/sniff.ts'

interface FileFacts { mimeType: string, width: number | null, height: number | null }

/** It is handed out to be saved, and shown nowhere. */
const ANY_FILE: FileFacts = { mimeType: 'application/octet-stream', width: null, height: null }
/** What a browser would run if it took the text for a page or a drawing. */
const PAGE_NAME = /\.(?:html?|xhtml|xht|shtml|svgz?|xml|xsl|xslt|mht|mhtml)$/i
const PAGE_TEXT = /<(?:!doctype\s+html|html|svg|script|\?xml)\b/i
const HEAD_CHARS = 4096

/** What a file of the agent's is, by its bytes. Pages and drawings are files to be saved, never something to be shown. */
export function agentFileType(name: string, bytes: Buffer): FileFacts {
  const sniffed = sniffMediaType(bytes)
  if (sniffed && isImageMimeType(sniffed)) {
    const facts = inspectImage(bytes, sniffed)
    return facts?.complete ? { mimeType: sniffed, width: facts.width, height: facts.height } : ANY_FILE
  }
  if (sniffed === PDF_TYPE && bytes.subarray(0, 5).toString('latin1') === '%PDF-')
    return { ...ANY_FILE, mimeType: PDF_TYPE }
  const isPage = PAGE_NAME.test(name) || PAGE_TEXT.test(bytes.subarray(0, HEAD_CHARS).toString('latin1'))
  return !isPage && isPlainText(bytes) ? { ...ANY_FILE, mimeType: TEXT_TYPE } : ANY_FILE
}

/** As it is served: UTF-8, and no longer than a text that is attached. */
function isPlainText(bytes: Buffer) {
  if (bytes.length > LIMITS.fileBytes || bytes.includes(0))
    return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  }
  catch (error) {
    if (error instanceof TypeError)
      return false
    throw error
  }
}
