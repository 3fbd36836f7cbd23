import type { Upload, UploadsReply } from '../shared/protocol/rest.ts'
import { appendFiles, type AttachmentInput } from './attachmentInput.ts'
import type { Connection } from './connection.ts'
import { parseJson } from './retrying.ts'
import { errorOf, networkError, timeoutError } from './satchelError.ts'
import { required } from '../shared/required.ts'

/** Bytes of the file. */
export interface UploadProgress { loaded: number, total: number }

export interface UploadOptions {
  /** Called while the bytes leave, and once more when the server has them all. */
  onProgress?: (progress: UploadProgress) => void
  signal?: AbortSignal
}

const PATH = '/api/uploads'
const PIECE_BYTES = 64 * 1024

export async function uploadFile(connection: Connection, file: AttachmentInput, { onProgress, signal }: UploadOptions): Promise<Upload> {
  const form = new FormData()
  appendFiles(form, [file])
  const total = (form.get('files') as File).size
  const report = (sent: number) => onProgress?.({ loaded: Math.min(sent, total), total })

  const isBrowser = typeof XMLHttpRequest !== 'undefined'
  const reply = await (isBrowser && onProgress && connection.isPlain
    ? sendByXhr(connection, form, report, signal)
    : sendByFetch(connection, form, isBrowser ? undefined : report, signal))
  report(total)
  return required(reply.uploads[0], 'the upload in the reply')
}

/** Node's fetch takes a stream, whose bytes are counted as the connection takes them; a browser's takes none over HTTP/1. */
async function sendByFetch(connection: Connection, form: FormData, report: ((sent: number) => void) | undefined, signal?: AbortSignal): Promise<UploadsReply> {
  if (!report)
    return connection.requestJson(PATH, { method: 'POST', body: form, signal, mayRepeat: false })
  const { headers, body, release } = counted(form, report)
  try {
    return await connection.requestJson(PATH, { method: 'POST', headers, body, signal, mayRepeat: false })
  }
  finally {
    await release() // also of an upload that was given up, or refused before all of it was read
  }
}

/** A file may come as one chunk, which would tell of nothing but its end: it leaves in pieces. */
function counted(form: FormData, report: (sent: number) => void) {
  const encoded = new Response(form)
  const reader = (encoded.body as ReadableStream<Uint8Array>).getReader()
  let rest: Uint8Array = new Uint8Array()
  let sent = 0
  const release = () => reader.cancel().catch(() => undefined) // nobody wants it any more
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (!rest.length) {
        const { done, value } = await reader.read()
        if (done)
          return controller.close()
        rest = value
      }
      const piece = rest.subarray(0, PIECE_BYTES)
      rest = rest.subarray(PIECE_BYTES)
      sent += piece.length
      report(sent)
      controller.enqueue(piece)
    },
    cancel: release,
  }, { highWaterMark: 0 }) // what is read ahead has not left yet
  return { headers: { 'content-type': encoded.headers.get('content-type') ?? '' }, body, release }
}

/** A browser tells only here how far it is. */
function sendByXhr({ addressOf, authorization, longTimeoutMs }: Connection, form: FormData, report: (sent: number) => void, signal?: AbortSignal): Promise<UploadsReply> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const xhr = new XMLHttpRequest()
    const abort = () => xhr.abort()
    xhr.open('POST', addressOf(PATH))
    xhr.timeout = longTimeoutMs
    for (const [name, value] of Object.entries(authorization))
      xhr.setRequestHeader(name, value)
    xhr.upload.onprogress = ({ loaded }) => report(loaded)
    xhr.onload = () => resolve(answerOf(xhr))
    xhr.onerror = () => reject(networkError(undefined))
    xhr.ontimeout = () => reject(timeoutError(longTimeoutMs))
    xhr.onabort = () => reject(signal?.reason)
    xhr.onloadend = () => signal?.removeEventListener('abort', abort)
    signal?.addEventListener('abort', abort, { once: true })
    xhr.send(form)
  })
}

async function answerOf({ status, responseText }: XMLHttpRequest): Promise<UploadsReply> {
  if (status >= 300)
    throw errorOf(status, responseText)
  return parseJson(status, responseText)
}
