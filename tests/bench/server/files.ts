import { pngChunk } from '../../helpers/imageFiles.ts'
import { pngBytes } from '../../helpers/images.ts'

const BOUNDARY = 'satchel-bench'
const PNG_END_BYTES = 12
let made = 0

/** A picture of about so many bytes, a real one: noise does not get smaller. */
export function picture(bytes: number): Buffer {
  const height = 1000
  return Buffer.from(pngBytes({ width: Math.round(bytes / height / 3), height }))
}

/** The form with the picture in it; no two have the same bytes, so that each has to be stored. */
export function formOf(file: Buffer): { body: Buffer, headers: Record<string, string> } {
  const number = pngChunk('tEXt', Buffer.from(`Comment\0${++made}`))
  const own = Buffer.concat([file.subarray(0, -PNG_END_BYTES), number, file.subarray(-PNG_END_BYTES)])
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="shot-${made}.png"\r\nContent-Type: image/png\r\n\r\n`
  return {
    body: Buffer.concat([Buffer.from(head), own, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
  }
}

export async function post(url: string, { body, headers }: { body: Buffer | string, headers: Record<string, string> }) {
  const response = await fetch(url, { method: 'POST', body: body as BodyInit, headers })
  if (!response.ok)
    throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  await response.arrayBuffer()
}

/** Milliseconds for one of them, with so many under way at the same time. */
export async function timeEach(works: readonly (() => Promise<void>)[], atOnce: number): Promise<number> {
  const waiting = [...works]
  const begun = performance.now()
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let work = waiting.shift(); work; work = waiting.shift())
      await work()
  }))
  return (performance.now() - begun) / works.length
}
