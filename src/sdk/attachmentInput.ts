/** A file to be sent. */
export interface AttachmentInput {
  filename: string
  /** The bytes, or a text. */
  content: Uint8Array | Blob | string
  /** What it is; the server looks for itself. */
  mimeType: string
}

function toBlob({ content, mimeType }: AttachmentInput): Blob {
  return new Blob([content as BlobPart], { type: mimeType })
}

/** Files of a form, in their order. */
export function appendFiles(form: FormData, attachments: readonly AttachmentInput[], field = 'files') {
  for (const attachment of attachments)
    form.append(field, toBlob(attachment), attachment.filename)
}
