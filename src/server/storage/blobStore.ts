import { mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '../problems.ts'

/** First and last byte, both included, as in an HTTP range. */
export interface ByteRange { start: number, end: number }

/** Where the bytes of attachments are. Keys are ids: letters, digits and `-`. */
export interface BlobStore {
  /** Resolves when the bytes would survive a power cut; until then nothing is to be seen under the key. */
  put(key: string, bytes: Uint8Array | Readable): Promise<void>
  read(key: string): Promise<Buffer>
  /** Rejects with `ENOENT` before anything is sent, if there are none. */
  stream(key: string, range?: ByteRange): Promise<Readable>
  /** Not there is fine. */
  delete(key: string): Promise<void>
  /** Everything that was put before `time` (ms since the epoch). */
  listOlderThan(time: number): AsyncIterable<string>
  /** Throws if bytes could not be put at all. */
  check(): Promise<void>
}

const UNFINISHED = '.tmp'

export async function openLocalBlobStore(folder: string): Promise<BlobStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await removeUnfinished(folder)
  const file = (key: string) => path.join(folder, key)

  return {
    async put(key, bytes) {
      const temporary = file(key) + UNFINISHED
      try {
        await writeDurably(temporary, bytes)
        await rename(temporary, file(key))
        await syncFolder(folder) // the rename itself, too, must survive a power cut
      }
      catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined) // the first error is the one to tell
        throw error
      }
    },

    read: key => readFile(file(key)),

    async stream(key, range) {
      const handle = await open(file(key), 'r')
      return handle.createReadStream({ ...range })
    },

    async delete(key) {
      await rm(file(key), { force: true })
    },

    async* listOlderThan(time) {
      for (const key of await readdir(folder)) {
        if (await writtenBefore(file(key), time))
          yield key
      }
    },

    async check() {
      await stat(folder)
    },
  }
}

async function writeDurably(name: string, bytes: Uint8Array | Readable) {
  const handle = await open(name, 'wx', 0o600)
  try {
    if (bytes instanceof Readable)
      await pipeline(bytes, handle.createWriteStream({ autoClose: false }))
    else
      await handle.writeFile(bytes)
    await handle.sync()
  }
  finally {
    await handle.close()
  }
}

async function syncFolder(folder: string) {
  if (process.platform === 'win32') // where a folder cannot be opened, and a rename is safe by itself
    return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  }
  finally {
    await handle.close()
  }
}

/** What a crash left half written. Nothing refers to it: rows come after the rename. */
async function removeUnfinished(folder: string) {
  for (const name of await readdir(folder)) {
    if (name.endsWith(UNFINISHED))
      await unlink(path.join(folder, name))
  }
}

async function writtenBefore(name: string, time: number) {
  try {
    return (await stat(name)).mtimeMs < time
  }
  catch (error) {
    if (errorCode(error) === 'ENOENT') // deleted meanwhile
      return false
    throw error
  }
}
