import { randomBytes } from 'node:crypto'
import { readdir, rename, stat, utimes, writeFile, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { newBlobKey } from '../../src/server/storage/blobs/blobStore.ts'
import { LocalAttachmentStore } from '../../src/server/storage/blobs/localAttachmentStore.ts'
import { fileHandles } from '../helpers/disks.ts'
import { temporaryFolder } from '../helpers/openServer.ts'
import { keysOf, storeContract } from '../helpers/storeContract.ts'

async function openStore() {
  const folder = path.join(await temporaryFolder(), 'attachments')
  return { folder, store: await LocalAttachmentStore.open(folder) }
}

storeContract('files of a folder', async () => {
  const { folder, store } = await openStore()
  return { store, again: () => LocalAttachmentStore.open(folder) }
})

test('only the server’s own user may read what is stored', async () => {
  const { folder, store } = await openStore()
  const key = newBlobKey('acme')
  await store.put(key, randomBytes(1))

  const modeOf = async (name: string) => (await stat(path.join(folder, name))).mode & 0o777
  expect([await modeOf('.'), await modeOf('acme'), await modeOf(key)]).toEqual([0o700, 0o700, 0o600])
})

test('what a crash left half written is cleared away by the next start, and what somebody else put beside it is not', async () => {
  const { folder, store } = await openStore()
  const key = newBlobKey('default')
  await store.put(key, randomBytes(1))
  await writeFile(path.join(folder, '.unfinished', 'half'), 'half')
  await writeFile(path.join(folder, '.DS_Store'), 'of the system')
  await utimes(path.join(folder, '.DS_Store'), 1, 1)

  const again = await LocalAttachmentStore.open(folder)

  expect(await readdir(path.join(folder, '.unfinished'))).toEqual([])
  expect((await readdir(folder)).sort()).toEqual(['.DS_Store', '.unfinished', 'default'])
  expect(await keysOf(again)).toEqual([key])
})

test('a folder that was taken away is not made anew, empty', async () => {
  const { folder, store } = await openStore()
  await rename(folder, `${folder}-away`)

  await expect(store.put(newBlobKey('default'), randomBytes(1))).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' })
  await expect(store.check()).rejects.toThrow()
  expect(await readdir(path.dirname(folder))).toEqual(['attachments-away'])
})

test.each(['at once', 'as a stream'])('bytes that are put %s wait for the disk, first they and then their name', async (how) => {
  const store = await LocalAttachmentStore.open(await temporaryFolder())
  await store.put('acme/first', Buffer.from('x')) // makes the tenant's folder
  const synced: string[] = []
  const prototype = await fileHandles()
  const sync = Reflect.get(prototype, 'sync') as () => Promise<void>
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    synced.push((await this.stat()).isDirectory() ? 'folder' : `${(await this.stat()).size} bytes`)
    await sync.call(this)
  })
  onTestFinished(() => spy.mockRestore())

  await store.put('acme/second', how === 'at once' ? Buffer.alloc(3000) : Readable.from([Buffer.alloc(1000), Buffer.alloc(2000)]))

  expect(synced).toEqual(['3000 bytes', 'folder'])
})

test('a disk that takes only a part of what it is given gets the rest, too', async () => {
  const store = await LocalAttachmentStore.open(await temporaryFolder())
  const prototype = await fileHandles()
  const write = Reflect.get(prototype, 'writeFile') as (content: Uint8Array) => Promise<void>
  const spy = vi.spyOn(prototype, 'writev').mockImplementation(async function (this: FileHandle, buffers) {
    const all = Buffer.concat(buffers as Uint8Array[])
    await write.call(this, all.subarray(0, all.length / 3))
    return { bytesWritten: Math.floor(all.length / 3), buffers: [...buffers] }
  })
  onTestFinished(() => spy.mockRestore())
  const content = randomBytes(2_500_000)

  await store.put('acme/a', Readable.from(Array.from({ length: 25 }, (_, i) => content.subarray(i * 100_000, (i + 1) * 100_000))))

  expect(spy.mock.calls.length).toBeGreaterThan(1)
  expect((await store.read('acme/a')).equals(content)).toBe(true)
})
