import type { PassThrough, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { TEXT_TYPE } from '../../shared/attachments.ts'

export interface Entry {
  /** With `/`, and no way out of the folder that it is unpacked into. */
  path: string
  mimeType: string
  mtime: Date
  open: () => Readable | Promise<Readable>
}

/** An archive that is made while it is read: one entry is open at a time, and none before somebody wants it. */
export function zipOf(entries: AsyncIterable<Entry>): Readable {
  const zip = new ZipFile()
  const archive = zip.outputStream as PassThrough
  let current: Readable | undefined
  archive.once('close', () => current?.destroy()) // whoever reads it has left

  async function fill() {
    for await (const { path, mimeType, mtime, open } of entries) {
      current = await open()
      if (archive.destroyed)
        return void current.destroy()
      zip.addReadStream(current, path, { mtime, mode: 0o100644, compress: mimeType === TEXT_TYPE })
      await finished(current)
    }
    zip.end()
  }

  zip.on('error', (error: Error) => archive.destroy(error))
  fill().catch((error: Error) => archive.destroy(error)) // the reader sees that it is not whole
  return archive
}
