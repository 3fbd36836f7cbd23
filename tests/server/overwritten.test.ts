import BetterSqlite from 'better-sqlite3'
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, inject, onTestFinished, test } from 'vitest'
import { startRemovingOrphans } from '../../src/server/attachments/orphans.ts'
import { makeBackup } from '../../src/server/storage/backup/makeBackup.ts'
import { openBlobStore } from '../../src/server/storage/blobs/openBlobStore.ts'
import { openDatabaseOf } from '../helpers/databases.ts'
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

/** The cleaning with nothing else to do. */
const IDLE = { uploads: { removeUnclaimed: async () => {} }, removal: { retry: async () => {} }, owner: { mayCleanUp: async () => false }, log: { warn: () => {} } } as unknown as Parameters<typeof startRemovingOrphans>[0]

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

test.skipIf(inject('postgres'))('what was deleted before it was written over is in no backup, and so not in what is restored from one; all else is', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  await server.request('/api/sessions', json({ id: 'stays', title: 'another' }))
  await server.request('/api/sessions/stays/messages', json({ content: 'what stays' }))
  await eventually(() => server.messages('stays')).toMatchObject([{}, { status: 'complete' }])
  await server.close()
  const old = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  old.pragma('secure_delete = OFF')
  old.exec('create table old (text text)')
  old.prepare('insert into old values (?)').run(`${WORD} `.repeat(3000))
  old.exec('delete from old')
  const before = old.prepare('select rowid, id, text from messages order by rowid').all()
  old.close()
  expect(await holding(server.dataFolder, await databaseFiles(server.dataFolder))).toEqual(['satchel.sqlite'])

  const folder = path.join(await temporaryFolder(), 'backup')
  await makeBackup({ dataFolder: server.dataFolder, folder, openBlobs: () => openBlobStore({ kind: 'folder', folder: path.join(server.dataFolder, 'attachments') }) })

  expect(await databaseFiles(folder)).toEqual(['satchel.sqlite'])
  expect(await holding(folder, ['satchel.sqlite'])).toEqual([])
  const copy = new BetterSqlite(path.join(folder, 'satchel.sqlite'), { readonly: true })
  expect(copy.prepare('select rowid, id, text from messages order by rowid').all()).toEqual(before)
  copy.close()
})

test.skipIf(inject('postgres'))('what was deleted while the server runs is not in the log beside its database for longer than until the next cleaning', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  await server.request('/api/sessions', json({ id: 'one', title: 'another' }))
  await server.request('/api/sessions/one/messages', json({ content: `${WORD} `.repeat(3000) }))
  await eventually(() => server.messages('one')).toMatchObject([{}, { status: 'complete' }])
  await server.request('/api/sessions/one', { method: 'DELETE' })
  await eventually(() => server.rows('deletions')).toEqual([])
  expect(await holding(server.dataFolder, ['satchel.sqlite', 'satchel.sqlite-wal'])).toEqual(['satchel.sqlite-wal'])

  const cleaning = startRemovingOrphans({ ...IDLE, database: await openDatabaseOf(server.dataFolder) })
  onTestFinished(cleaning)
  await eventually(() => holding(server.dataFolder, ['satchel.sqlite', 'satchel.sqlite-wal'])).toEqual([])
  expect((await stat(path.join(server.dataFolder, 'satchel.sqlite-wal'))).size).toBe(0)
})
