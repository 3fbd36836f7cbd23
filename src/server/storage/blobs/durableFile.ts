import { open, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Bytes of a stream that are written at once, and pieces that they may come in. */
const WRITE_BYTES = 1024 * 1024
const WRITE_PIECES = 1000

/** Makes a new file, and resolves when its bytes would survive a power cut; that they are found then is `syncFolder`'s work. */
export async function writeDurably(name: string, content: Uint8Array | Readable, signal?: AbortSignal) {
  const handle = await open(name, 'wx', 0o600)
  try {
    if (content instanceof Readable)
      await pipeline(content, chunks => appendAll(handle, chunks), { signal })
    else
      await handle.writeFile(content, { signal })
    await handle.sync()
  }
  finally {
    await handle.close()
  }
}

/** A wait for the disk for each piece that the network brings would be most of the time. They are not copied into one: that is what the collector would be busy with. */
async function appendAll(handle: FileHandle, chunks: AsyncIterable<Uint8Array>) {
  let waiting: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    waiting.push(chunk)
    bytes += chunk.length
    if (bytes < WRITE_BYTES && waiting.length < WRITE_PIECES)
      continue
    await append(handle, waiting, bytes)
    waiting = []
    bytes = 0
  }
  await append(handle, waiting, bytes)
}

/** Where the last one ended. */
async function append(handle: FileHandle, pieces: Uint8Array[], bytes: number) {
  const { bytesWritten } = await handle.writev(pieces)
  if (bytesWritten < bytes) // the system may take less, and says at the next try why
    await handle.writeFile(Buffer.concat(pieces).subarray(bytesWritten))
}

interface Syncing { current: Promise<void>, next?: Promise<void> }

const syncing = new Map<string, Syncing>()

/**
 * Resolves when the names that are in it now would survive a power cut. Those who come while the disk is waited for
 * share the next wait: it is for all of them.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') // where a folder cannot be opened, and a rename is safe by itself
    return
  const under = syncing.get(folder)
  if (under)
    return under.next ??= under.current.catch(() => undefined).then(() => begin(folder))
  return begin(folder)
}

function begin(folder: string): Promise<void> {
  const own: Syncing = { current: waitForDisk(folder) }
  syncing.set(folder, own)
  return own.current.finally(() => {
    if (syncing.get(folder) === own)
      syncing.delete(folder)
  })
}

async function waitForDisk(folder: string) {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  }
  finally {
    await handle.close()
  }
}
