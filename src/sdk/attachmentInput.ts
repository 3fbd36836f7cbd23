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
  /** What is to be said of a picture, one line: it stands beside it for the agent, and is its alternative text. */
  caption?: string
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
    if (attachment.caption !== undefined)
      form.append('caption', attachment.caption) // of the file after it
    form.append(field, toBlob(attachment), attachment.filename)
  }
}
