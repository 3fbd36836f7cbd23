import { randomUUID } from 'node:crypto'
import { access, constants, mkdir, open, opendir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { unlessMissing } from '../../errors/missing.ts'
import { errorCode } from '../../errors/problems.ts'
import { BLOB_KEY, MARK_NAME, OWNER_NAME, type BlobFacts, type BlobStore, type ByteRange } from './blobStore.ts'
import { syncFolder, writeDurably } from './durableFile.ts'

/** For what is still being written. Not a key, so it is never listed. */
const UNFINISHED = '.unfinished'

/** Files of one folder that nobody else writes to. */
export class LocalAttachmentStore implements BlobStore {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Where others may be writing, too. */
  static async join(folder: string): Promise<LocalAttachmentStore> {
    await mkdir(path.join(folder, UNFINISHED), { recursive: true, mode: 0o700 })
    return new LocalAttachmentStore(folder)
  }

  static async open(folder: string): Promise<LocalAttachmentStore> {
    const store = await LocalAttachmentStore.join(folder)
    await store.removeUnfinished(Infinity) // nobody else is writing: it is what a crash left
    return store
  }

  async put(key: string, content: Uint8Array | Readable, { signal }: { signal?: AbortSignal } = {}) {
    const file = this.#file(key)
    const temporary = path.join(this.#folder, UNFINISHED, randomUUID())
    try {
      await writeDurably(temporary, content, signal)
      await this.#moveInto(temporary, file)
    }
    catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined) // the first error is the one to tell
      throw error
    }
  }

  async read(key: string) {
    return readFile(this.#file(key))
  }

  async stream(key: string, range?: ByteRange): Promise<Readable> {
    const handle = await open(this.#file(key), 'r')
    return handle.createReadStream({ ...range })
  }

  async head(key: string): Promise<BlobFacts | undefined> {
    return factsOf(this.#file(key))
  }

  async delete(key: string) {
    await rm(this.#file(key), { force: true })
  }

  async* listOlderThan(time: number) {
    for await (const key of this.#keys()) {
      const facts = await factsOf(this.#file(key))
      if (facts && facts.putAt < time)
        yield key
    }
  }

  async removeUnfinished(time: number) {
    const folder = path.join(this.#folder, UNFINISHED)
    for await (const { name } of await opendir(folder)) {
      const facts = await factsOf(path.join(folder, name))
      if (facts && facts.putAt < time)
        await rm(path.join(folder, name), { force: true })
    }
  }

  /** The server signs links of its own. */
  async signedLink() {
    return undefined
  }

  owner = () => this.#readNote(OWNER_NAME)
  claim = (identity: string) => this.#writeNote(OWNER_NAME, identity)
  mark = () => this.#readNote(MARK_NAME)
  setMark = (id: string) => this.#writeNote(MARK_NAME, id)

  async check() {
    await access(path.join(this.#folder, UNFINISHED), constants.W_OK)
  }

  async #readNote(name: string): Promise<string | undefined> {
    return (await unlessMissing(readdir(path.join(this.#folder, name))))?.[0]
  }

  /** As the name of a folder in a folder: whoever counts the files in a store counts attachments only. */
  async #writeNote(name: string, value: string): Promise<void> {
    await makeFolder(path.join(this.#folder, name))
    await makeFolder(path.join(this.#folder, name, value))
    await syncFolder(path.join(this.#folder, name))
    await syncFolder(this.#folder)
  }

  #file(key: string) {
    if (!BLOB_KEY.test(key))
      throw new Error('not a key of the store')
    return path.join(this.#folder, key)
  }

  async* #keys() {
    for await (const entry of await opendir(this.#folder)) {
      if (entry.isFile() && BLOB_KEY.test(entry.name))
        yield entry.name
      if (!entry.isDirectory() || entry.name.startsWith('.'))
        continue
      for await (const { name } of await opendir(path.join(this.#folder, entry.name))) {
        const key = `${entry.name}/${name}`
        if (BLOB_KEY.test(key))
          yield key
      }
    }
  }

  async #moveInto(temporary: string, file: string) {
    const folder = path.dirname(file)
    if (await makeFolder(folder))
      await syncFolder(this.#folder)
    await rename(temporary, file)
    await syncFolder(folder) // the rename itself, too, must survive a power cut
  }
}

/** True if it was not there. Not with its parents: a store that was taken away must not be made anew, empty. */
async function makeFolder(folder: string) {
  try {
    await mkdir(folder, { mode: 0o700 })
    return true
  }
  catch (error) {
    if (errorCode(error) === 'EEXIST')
      return false
    throw error
  }
}

async function factsOf(file: string): Promise<BlobFacts | undefined> {
  const facts = await unlessMissing(stat(file))
  return facts && { size: facts.size, putAt: facts.mtimeMs }
}
