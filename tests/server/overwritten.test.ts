import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, inject, test } from 'vitest'
import { makeBackup } from '../../src/server/storage/backup/makeBackup.ts'
import { openBlobStore } from '../../src/server/storage/blobs/openBlobStore.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const WORD = 'Zwetschgenkompott'

/** Which files hold the word, in UTF-8. */
async function holding(folder: string, names: string[]) {
  const found = await Promise.all(names.map(async name => (await readFile(path.join(folder, name))).includes(WORD)))
  return names.filter((_, i) => found[i])
}

const databaseFiles = async (folder: string) => (await readdir(folder)).filter(name => name.startsWith('satchel.sqlite'))

test.skipIf(inject('postgres'))('of a deleted session no word is left in the database\'s file, nor in a backup that is made afterwards', async () => {
  const server = await openServer({ agent: instantAgent(`${WORD}: answered`).agent })
  await server.request('/api/sessions', json({ id: 'stays', title: 'another' }))
  await server.request('/api/sessions', json({ id: 'one', title: `About ${WORD}` }))
  await server.request('/api/sessions/one/messages', form({ content: `${WORD} `.repeat(3000) }, [file(`${WORD}.png`, pngBytes()), file('a.txt', Buffer.from(`${WORD} in a file`), 'text/plain')]))
  await eventually(() => server.messages('one')).toMatchObject([{}, { status: 'complete' }])
  await eventually(async () => (await server.json<{ hits: unknown[] }>(`/api/search?q=${WORD}`)).hits.length).toBeGreaterThan(3)
  expect(await holding(server.dataFolder, await databaseFiles(server.dataFolder))).not.toEqual([])

  expect((await server.request('/api/sessions/one', { method: 'DELETE' })).status).toBe(204)
  await eventually(() => server.rows('deletions')).toEqual([])
  await server.close()

  expect(await holding(server.dataFolder, await databaseFiles(server.dataFolder))).toEqual([])
  const folder = path.join(await temporaryFolder(), 'backup')
  await makeBackup({ dataFolder: server.dataFolder, folder, openBlobs: () => openBlobStore({ kind: 'folder', folder: path.join(server.dataFolder, 'attachments') }) })
  expect(await holding(folder, await databaseFiles(folder))).toEqual([])
})
