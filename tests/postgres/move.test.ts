import { execFile } from 'node:child_process'
import { cp, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, inject, test } from 'vitest'
import type { StoragePlaces } from '../../src/server/config/storagePlaces.ts'
import { move } from '../../src/server/storage/moving/move.ts'
import { movedTables } from '../../src/server/storage/moving/movedTables.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { SearchPage } from '../../src/shared/protocol/search.ts'
import { databaseUrlOf, openDatabaseOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'

/** Built anew, or over when no server runs. */
const LEFT_TABLES = ['attachment_store', 'database_identity', 'machine_news', 'session_leases', 'search_documents', 'search_fill', 'search_index', 'search_queue', 'search_tenants']

const MOVE = path.resolve(import.meta.dirname, '../../src/server/commands/move.ts')

/** As a person runs it. */
async function runMove(args: string[], environment: Record<string, string>) {
  return promisify(execFile)(process.execPath, ['--import', 'tsx', MOVE, ...args], { env: { PATH: process.env.PATH, ...environment } })
    .then(({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }))
    .catch((error: { code: number, stdout: string, stderr: string }) => ({ code: error.code, said: error.stdout + error.stderr }))
}

/** A server with a folder of its own, and what a person has in it. */
async function openOne() {
  const folder = await temporaryFolder()
  const data = path.join(folder, 'data')
  const server = await openServer({ dataFolder: data, databaseUrl: undefined })
  await server.request('/api/sessions', json({ id: 'one', title: 'Zebra' }))
  const text = 'nothing is lost 😀'
  await server.request('/api/sessions/one/messages', form({ content: text }, [file('a.png', pngBytes({ seed: 1 })), file('b.txt', Buffer.from('some words'))]))
  await server.request('/api/sessions/one/messages', json({ content: '/write made.txt by the agent\n/think hm' }))
  await eventually(async () => (await server.messages('one')).filter(({ status }) => status === 'complete')).toHaveLength(4)
  await server.request('/api/sessions/one', json({ pinned: true }, {}, 'PATCH'))
  const messages = await server.messages('one')
  const { url: link } = await (await server.request(`${messages[0]!.attachments[0]!.url}/url`, json({ expiresIn: 600 }))).json() as { url: string }
  await server.close()
  return { folder, data, messages, link }
}

const bytesOf = (messages: readonly Message[]) => messages.flatMap(({ attachments }) => attachments)

describe.skipIf(!inject('postgres'))('what one server has', () => {
  test('is moved to PostgreSQL and another store, and back, with every message, file and link; a second time it is refused, and a try that was cut off goes on', async () => {
    const { folder, data, messages, link } = await openOne()
    const databaseUrl = (await databaseUrlOf(folder))!
    const files = path.join(folder, 'files')
    await cp(path.join(data, 'attachments'), files, { recursive: true }) // as a try leaves it that was cut off
    await rm(path.join(files, 'default', (await readdir(path.join(files, 'default')))[0]!))
    const there = await runMove(['--to', databaseUrl, '--blobs', files], { DATA_DIR: data })

    expect(there.said).toContain('messages: 4 rows, SHA-256 ')
    expect(there.said).toMatch(/Moved 1 sessions, 4 messages and 3 files \(.*; 2 of them were there already\)/)
    expect(there.code).toBe(0)
    const inFolder = (name: string): StoragePlaces => ({ dataFolder: path.join(folder, name), blobStore: { kind: 'folder', folder: path.join(folder, name, 'attachments') } })
    const cluster: StoragePlaces = { dataFolder: path.join(folder, 'none'), databaseUrl, blobStore: { kind: 'folder', folder: files } }
    await expect(move({ from: inFolder('data'), to: cluster, tell: () => {} })).rejects.toThrow('is not empty')

    const server = await openServer({ dataFolder: path.join(folder, 'other'), databaseUrl, blobStore: { kind: 'folder', folder: files } })
    expect(await server.messages('one')).toEqual(messages)
    for (const { url, size } of bytesOf(messages))
      expect((await (await server.request(url)).arrayBuffer()).byteLength).toBe(size)
    expect((await server.request(link)).status).toBe(200)
    await eventually(async () => (await server.json<SearchPage>('/api/search?q=zebra')).hits.length).toBe(1)
    await server.request('/api/sessions/one/messages', json({ content: 'said there' }))
    await eventually(async () => (await server.messages('one')).filter(({ status }) => status === 'complete')).toHaveLength(6)
    await expect(move({ from: cluster, to: inFolder('back'), tell: () => {} })).rejects.toThrow('already running on this database')
    const last = await server.messages('one')
    await server.close()

    expect(await move({ from: cluster, to: inFolder('back'), tell: () => {} })).toMatchObject({ sessions: 1, messages: 6, files: 3, kept: 0, lost: [] })
    const home = await openServer({ dataFolder: path.join(folder, 'back'), databaseUrl: undefined })
    expect(await home.messages('one')).toEqual(last)
    expect((await home.request(link)).status).toBe(200)
    expect((await home.sessions())[0]).toMatchObject({ title: 'Zebra', pinned: true })
  })

  test('is all of it: a table that is added later is named as moved, or as left', async () => {
    const folder = await temporaryFolder()
    const database = await openDatabaseOf(folder)
    const tables = (await database.introspection.getTables()).map(({ name }) => name)
    expect(tables.sort()).toEqual([...movedTables, ...LEFT_TABLES].sort())
  })
})
