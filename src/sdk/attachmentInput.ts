import { charsetOf } from '../shared/text/charsetOf.ts'

/** A file to be sent. */
export interface AttachmentInput {
  filename: string
  /** The bytes, or a text. */
  content: Uint8Array | Blob | string
  /**
   * What it is; the server looks for itself. Of a text in an old encoding the only word that is believed:
   * "text/plain; charset=Shift_JIS". It is stored in UTF-8.
   */
  mimeType: string
}

function toBlob({ content, mimeType }: AttachmentInput): Blob {
  return new Blob([content as BlobPart], { type: mimeType })
}

/** Files of a form, in their order. */
export function appendFiles(form: FormData, attachments: readonly AttachmentInput[], field = 'files') {
  let charset = ''
  for (const attachment of attachments) {
    const own = charsetOf(attachment.mimeType) ?? ''
    if (own !== charset) // holds for all that follow, and gets lost in a file's type
      form.append('_charset_', own)
    charset = own
    form.append(field, toBlob(attachment), attachment.filename)
  }
}
