import { randomBytes } from 'node:crypto'
import { readdir, rename, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { newBlobKey } from '../../src/server/storage/blobStore.ts'
import { LocalAttachmentStore } from '../../src/server/storage/localAttachmentStore.ts'
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
