import { PDF_TYPE } from '../../../shared/attachments.ts'
import { FileRejectedError } from '../limits/rejection.ts'

/** By its name, or by what the browser says it is. */
export const isCalledText = (name: string, claimedType: string) => /\.(txt|md|csv|log|json)$/i.test(name) || claimedType.startsWith('text/')

/** Text is taken under any name but one: a name or type that promises an image or a PDF. */
export function rejectMismatch(name: string, claimedType: string) {
  const claim = /\.(png|jpe?g|gif|webp|heic|avif|tiff?|bmp|ico|psd|jp2|jxl|svg)$/i.test(name) || claimedType.startsWith('image/')
    ? 'an image'
    : /\.pdf$/i.test(name) || claimedType === PDF_TYPE ? 'a PDF' : undefined
  if (claim)
    throw new FileRejectedError(`${name} is not ${claim}, although its name says so: it holds text.`)
}
