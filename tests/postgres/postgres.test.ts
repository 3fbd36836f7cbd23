import path from 'node:path'
import { Client } from 'pg'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import type { SearchPage } from '../../src/shared/protocol/search.ts'
import { openPostgres } from '../../src/server/storage/database/database.ts'
import { databaseUrlOf, openDatabaseOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { openLine } from '../helpers/line.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

/** A server whose rows are in PostgreSQL, and the line to it. */
async function open() {
  const dataFolder = await temporaryFolder()
  const line = await openLine((await databaseUrlOf(dataFolder))!)
  const server = await openServer({ agent: instantAgent().agent, dataFolder, databaseUrl: line.url })
  const post = (content: string) => server.request('/api/sessions/one/messages', form({ content }, []))
  await server.request('/api/sessions', json({ id: 'one' }))
  return { ...server, line, post, databaseUrl: line.url }
}

describe.skipIf(!inject('postgres'))('a server whose rows are in PostgreSQL', () => {
  test('keeps every text as it was written, also what PostgreSQL itself cannot store', async () => {
    const server = await open()
    const text = 'a \u{10FFFF}0 b \u{10FFFF}1 c \u{10FFFF} d 😀'
    const withNull = 'before\0after'
    await server.post(text)
    await server.request('/api/sessions/one', json({ title: 'plans' }, {}, 'PATCH'))
    const database = await openDatabaseOf(server.dataFolder)
    await database.updateTable('sessions').set({ title: withNull }).where('id', '=', 'one').execute()

    expect((await server.messages('one'))[0]!.text).toBe(text)
    expect((await database.selectFrom('sessions').select('id').where('title', '=', withNull).execute())).toEqual([{ id: 'one' }])
    expect((await server.sessions())[0]!.title).toBe(withNull)
  })

  test('finds what was said, by words and by their beginnings', async () => {
    const server = await open()
    await server.post('where is the Xylophone, 100% of it?')
    for (const q of ['xylo', 'LOPHONE', 'xy', '100%', 'xylophone where'])
      await eventually(async () => (await server.json<SearchPage>(`/api/search?q=${encodeURIComponent(q)}`)).hits.length).toBeGreaterThan(0)
    for (const q of ['xylophobe', '1000%', '_ylo'])
      expect((await server.json<SearchPage>(`/api/search?q=${encodeURIComponent(q)}`)).hits, q).toEqual([])
  })

  test('says that it cannot store anything while the database is away, and needs no restart', async () => {
    const server = await open()
    server.line.cut()
    const away = await server.post('lost?')
    expect(away.status).toBe(503)
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0)
    server.line.mend()
    await eventually(async () => (await server.post('kept')).status).toBeLessThan(300)
    expect((await server.rows('messages')).filter(({ role }) => role === 'user').map(({ text }) => text)).not.toContain('lost?')
  })

  test('goes on when a failover ends all of its connections, also in the middle of what is being stored: nothing is stored by half', async () => {
    const server = await open()
    const admin = new Client({ connectionString: server.databaseUrl })
    await admin.connect()
    onTestFinished(() => admin.end())
    const end = () => admin.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()')
    const statuses: number[] = []
    for (let round = 0; round < 2; round++) {
      const posts = Array.from({ length: 8 }, (_, i) => server.post(`${round} ${i}`).then(({ status }) => status))
      await Promise.race(posts)
      await end()
      statuses.push(...await Promise.all(posts))
    }

    expect(statuses.filter(status => status !== 202 && status !== 503)).toEqual([])
    await eventually(async () => (await server.post('after')).status).toBe(202)
    await eventually(async () => (await server.messages('one')).filter(({ status }) => status !== 'complete')).toEqual([])
    const asked = (await server.messages('one')).filter(({ role }) => role === 'user').map(({ text }) => text)
    expect(asked.length).toBeGreaterThanOrEqual(statuses.filter(status => status === 202).length)
    expect(new Set((await server.messages('one')).map(({ replyTo }) => replyTo)).size).toBe(asked.length + 1) // one answer each
  })

  test('is alone on its database: a second one says so, and does not start', async () => {
    const first = await open()
    await expect(openServer({ databaseUrl: first.databaseUrl })).rejects.toThrow('Another Satchel is already running on this database')
    await expect(openServer({ databaseUrl: first.databaseUrl, machines: 'many' })).rejects.toThrow('takes itself for the only one')
    await first.close()
    const blobStore = { kind: 'folder', folder: path.join(first.dataFolder, 'attachments') } as const
    for (const name of ['a', 'b']) {
      const one = await openServer({ databaseUrl: first.databaseUrl, machines: 'many', blobStore })
      expect(one.app.server.listening, name).toBe(true)
    }
    await expect(openServer({ databaseUrl: first.databaseUrl })).rejects.toThrow('Another Satchel is already running on this database')
  })

  test('runs transactions that are in each other’s way again, until all of them are done', async () => {
    const dataFolder = await temporaryFolder()
    await openServer({ dataFolder }).then(server => server.close())
    const databases = await Promise.all([1, 2].map(async () => openPostgres((await databaseUrlOf(dataFolder))!)))
    onTestFinished(async () => { await Promise.all(databases.map(database => database.destroy())) })
    const now = new Date().toISOString()
    await databases[0]!.insertInto('sessions').values({ id: 'counted', project_id: 'default', title: null, created_at: now, updated_at: now, agent_session_id: null, head_id: null, model: null, effort: null, usage: null }).execute()

    await Promise.all(Array.from({ length: 20 }, (_, i) => databases[i % 2]!.transaction().execute(async (trx) => {
      const { last_sequence } = await trx.selectFrom('sessions').select('last_sequence').where('id', '=', 'counted').executeTakeFirstOrThrow()
      await trx.updateTable('sessions').set({ last_sequence: last_sequence + 1 }).where('id', '=', 'counted').execute()
    })))

    const client = new Client({ connectionString: await databaseUrlOf(dataFolder) })
    await client.connect()
    onTestFinished(() => client.end())
    expect((await client.query('select last_sequence from sessions')).rows).toEqual([{ last_sequence: 20 }])
  })
})
