import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { makeBackup } from '../../src/server/storage/backup/makeBackup.ts'
import { restoreBackup } from '../../src/server/storage/backup/restoreBackup.ts'
import type { BlobStore } from '../../src/server/storage/blobs/blobStore.ts'
import { openBlobStore } from '../../src/server/storage/blobs/openBlobStore.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'
import { storedBlobs } from '../helpers/storedBlobs.ts'

/** A store in which something happens before a file of it is read for the first time. */
async function openInterrupted(dataFolder: string, happens: () => Promise<void>): Promise<BlobStore> {
  const disk = await openBlobStore({ kind: 'folder', folder: path.join(dataFolder, 'attachments') })
  let happening: Promise<void> | undefined
  return new Proxy(disk, {
    get(target, name: keyof BlobStore) {
      const value: unknown = Reflect.get(target, name)
      if (name === 'stream')
        return async (...args: Parameters<BlobStore['stream']>) => {
          await (happening ??= happens())
          return target.stream(...args)
        }
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value
    },
  })
}

test('a file that is deleted between the copy of the database and its own is no hole in the backup, nor is it left in it', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  for (const [seed, id] of ['stays', 'goes'].entries()) {
    await server.request('/api/sessions', json({ id }))
    await server.request(`/api/sessions/${id}/messages`, form({ content: id }, [file('a.png', pngBytes({ seed }))]))
    await eventually(() => server.messages(id)).toMatchObject([{}, { status: 'complete' }])
  }
  const folder = path.join(await temporaryFolder(), 'backup')
  const openBlobs = () => openInterrupted(server.dataFolder, async () => {
    await server.request('/api/sessions/goes', { method: 'DELETE' })
    await eventually(() => server.rows('deletions')).toEqual([])
  })

  const facts = await makeBackup({ dataFolder: server.dataFolder, openBlobs, folder })

  expect(facts).toMatchObject({ files: 1, lost: [] })
  const elsewhere = path.join(await temporaryFolder(), 'data')
  await restoreBackup({ folder, dataFolder: elsewhere, openBlobs: () => openBlobStore({ kind: 'folder', folder: path.join(elsewhere, 'attachments') }) })
  const copied = await openServer({ dataFolder: elsewhere, agent: instantAgent().agent })
  expect((await copied.sessions()).map(({ id }) => id)).toEqual(['stays'])
  expect(await storedBlobs(copied.dataFolder)).toHaveLength(1)
})

test('a file that is gone though the database names it, or is another one by now, is told, and all others are there', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  await server.request('/api/sessions/one/messages', form({ content: 'two' }, [file('a.png', pngBytes({ seed: 1 })), file('b.png', pngBytes({ seed: 2 })), file('c.png', pngBytes({ seed: 3 }))]))
  await eventually(() => server.messages('one')).toMatchObject([{}, { status: 'complete' }])
  const [gone = '', changed = ''] = (await server.rows('attachments')).map(row => row.storage_path as string)
  const store = await openBlobStore({ kind: 'folder', folder: path.join(server.dataFolder, 'attachments') })
  await store.delete(gone)
  await writeFile(path.join(server.dataFolder, 'attachments', changed), pngBytes({ seed: 4 }))

  const { files, lost } = await makeBackup({ dataFolder: server.dataFolder, openBlobs: async () => store, folder: path.join(await temporaryFolder(), 'backup') })
  expect(files).toBe(1)
  expect(lost.toSorted()).toEqual([gone, changed].toSorted())
})
