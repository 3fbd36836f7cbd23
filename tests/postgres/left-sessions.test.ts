import path from 'node:path'
import { sql } from 'kysely'
import { Client } from 'pg'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import type { MessagesPage } from '../../src/shared/protocol/rest.ts'
import { takeOverAbandoned } from '../../src/server/machines/leases/takeover.ts'
import { connect } from '../helpers/connect.ts'
import { withName } from '../helpers/databaseNames.ts'
import { databaseUrlOf, openDatabaseOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'
import { startServer } from '../helpers/serverProcess.ts'
import type { AppOptions } from '../../src/server/app.ts'

/** Two servers on one database and one store of files, and a way to it that is nobody's. */
async function openTwo({ agent }: Pick<AppOptions, 'agent'>) {
  const folder = await temporaryFolder()
  const databaseUrl = (await databaseUrlOf(folder))!
  const open = (name: string) => openServer({ agent, machines: 'many', databaseUrl, dataFolder: path.join(folder, name), blobStore: { kind: 'folder', folder: path.join(folder, 'files') } })
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  onTestFinished(() => client.end())
  return { a: await open('a'), b: await open('b'), client }
}

/** Another server on the database that a client speaks to. */
async function openLater(client: Client) {
  const folder = await temporaryFolder()
  const { rows: [row] } = await client.query<{ name: string }>('select current_database() as name')
  const databaseUrl = withName(inject('postgres')!, row!.name)
  await client.query('delete from attachment_store')
  return openServer({ agent: instantAgent().agent, machines: 'many', databaseUrl, dataFolder: path.join(folder, 'later'), blobStore: { kind: 'folder', folder: path.join(folder, 'files') } })
}

describe.skipIf(!inject('postgres'))('what is left between servers', () => {
  test('a session whose server has the right to it without knowing, as where a connection ended with the answer, is answered as soon as that right is over', async () => {
    const { a, client } = await openTwo({ agent: instantAgent().agent })
    const tab = await a.connect()
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'before' }))
    await client.query(`insert into session_leases (tenant_id, session_id, machine, epoch, until) select tenant_id, 'two', machine, 1, clock_timestamp() + interval '8 seconds' from session_leases`)

    expect(await tab.answerTo(await tab.ask({ session_id: 'two', text: 'after' }))).toMatchObject({ status: 'complete' })
  })

  test('of a session whose server ended without a word, every other one tells the same end: who reads through one listens through another, and misses nothing', async () => {
    const folder = await temporaryFolder()
    const databaseUrl = (await databaseUrlOf(folder))!
    const files = path.join(folder, 'files')
    const open = (name: string) => openServer({ agent: instantAgent().agent, machines: 'many', databaseUrl, dataFolder: path.join(folder, name), blobStore: { kind: 'folder', folder: files } })
    const killed = await startServer({ DATA_DIR: path.join(folder, 'killed'), DATABASE_URL: databaseUrl, BLOB_STORE: files, MACHINES: 'many', AGENT: 'loopback' })
    const a = await open('a')
    const listener = await a.connect()
    const person = await connect(killed.url)
    onTestFinished(() => person.socket.terminate())
    listener.send({ type: 'subscribe', session_id: 'one' })
    const asked = await person.ask({ session_id: 'one', text: 'before' })
    await listener.answerTo(asked)
    await killed.kill('SIGKILL')
    const database = await openDatabaseOf(folder)
    await database.updateTable('session_leases').set({ until: sql<Date>`clock_timestamp() - interval '1 second'` }).execute() // 15 s later

    const b = await open('b')
    const endOf = async ({ json }: typeof a) => (await json<MessagesPage>('/api/sessions/one/messages')).lastEventId
    const [end, same] = [await endOf(a), await endOf(b)]
    expect(end).toBe(same)
    const tabs = [await a.connect(), await b.connect()]
    for (const tab of tabs)
      tab.send({ type: 'subscribe', session_id: 'one', after_event_id: end })
    for (const tab of tabs) {
      tab.send({ type: 'ping' })
      await tab.heard('pong')
    }
    const next = await b.connect().then(tab => tab.ask({ session_id: 'one', text: 'after' }))
    for (const tab of tabs) {
      await tab.answerTo(next)
      expect(tab.all('resync_required')).toEqual([])
      expect(tab.all('message_added')[0]!.previous_event_id).toBe(end)
    }
  })

  test('what another server told late is not told again to who has read it', async () => {
    const { a, b, client } = await openTwo({ agent: instantAgent().agent })
    const person = await a.connect()
    await person.answerTo(await person.ask({ session_id: 'one', text: 'before' }))
    await a.close() // gives the session back, with its newest event
    await b.close()
    const later = await openLater(client)
    const tab = await later.connect()
    const { lastEventId: id, messages: [message] } = await later.json<MessagesPage>('/api/sessions/one/messages')
    tab.send({ type: 'subscribe', session_id: 'one', after_event_id: id })
    tab.send({ type: 'ping' })
    await tab.heard('pong')
    const session = { tenant: 'default', id: 'one' }
    const told = { type: 'message_updated', session_id: 'one', message, event_id: id, previous_event_id: id - 1 }
    const after = { type: 'session_updated', session_id: 'one', session: { ...(await later.sessions())[0], title: 'after it' } }
    const news = [{ type: 'event', session, epoch: 1, id, previous: id - 1, kind: told.type, json: JSON.stringify(told) }, { type: 'frame', session, json: JSON.stringify(after) }]
    await client.query('insert into machine_news (machine, number, body) values (\'late\', 1, $1)', [JSON.stringify(news)])
    await client.query('select pg_notify(\'satchel_news\', \'late 1\')')

    await tab.heard('session_updated', frame => frame.session.title === 'after it')
    expect(tab.all('message_updated')).toEqual([])
  })

  test('an event that two servers tell, one after the other, is told once', async () => {
    const { a, b, client } = await openTwo({ agent: instantAgent().agent })
    const person = await a.connect()
    await person.answerTo(await person.ask({ session_id: 'one', text: 'before' }))
    await a.close()
    await b.close()
    const later = await openLater(client)
    const tab = await later.connect()
    const { lastEventId: previous, messages: [message] } = await later.json<MessagesPage>('/api/sessions/one/messages')
    tab.send({ type: 'subscribe', session_id: 'one', after_event_id: previous })
    tab.send({ type: 'ping' })
    await tab.heard('pong')
    const id = previous + 1
    const session = { tenant: 'default', id: 'one' }
    const json = JSON.stringify({ type: 'message_updated', session_id: 'one', message, event_id: id, previous_event_id: previous })
    const after = { type: 'session_updated', session_id: 'one', session: { ...(await later.sessions())[0], title: 'after it' } }
    const news = [1, 2].map(epoch => ({ type: 'event', session, epoch, id, previous, kind: 'message_updated', json }))
    await client.query('insert into machine_news (machine, number, body) values (\'late\', 1, $1)', [JSON.stringify([...news, { type: 'frame', session, json: JSON.stringify(after) }])])
    await client.query('select pg_notify(\'satchel_news\', \'late 1\')')

    await tab.heard('session_updated', frame => frame.session.title === 'after it')
    expect(tab.all('message_updated')).toHaveLength(1)
  })

  test('an answer that waits at its server to go on is read through the other one as far as it had come', async () => {
    const { agent, turns } = scriptedAgent()
    const { a, b, client } = await openTwo({ agent })
    const tab = await a.connect()
    const first = await tab.ask({ session_id: 'one', text: 'first' })
    await eventually(() => turns.length).toBe(1)
    turns[0]!.say('as far as it had come')
    turns[0]!.finish()
    await tab.answerTo(first)
    await tab.ask({ session_id: 'one', text: 'second' })
    await eventually(() => turns.length).toBe(2) // so the session stays there
    await client.query(`update messages set status = 'running' where text = 'as far as it had come'`) // of a turn that a server left, and that has no place yet

    expect((await b.messages('one')).map(({ status, text }) => [status, text])).toContainEqual(['running', 'as far as it had come'])
    turns[1]!.finish()
  })

  test('one session that cannot be taken up, and one that takes for ever, keep no other one waiting', async () => {
    const folder = await temporaryFolder()
    const database = await openDatabaseOf(folder)
    const at = new Date().toISOString()
    const names = ['broken', 'endless', ...Array.from({ length: 30 }, (_, i) => `s${i}`)]
    for (const id of names) {
      await database.insertInto('sessions').values({ id, project_id: 'default', title: id, created_at: at, updated_at: at, agent_session_id: null, head_id: null, model: null, effort: null, usage: null }).execute()
      await database.insertInto('messages').values({ id: `of ${id}`, session_id: id, role: 'user', sequence: 1, status: 'accepted', text: 'waits', content: '[]', created_at: at }).execute()
    }
    const taken = new Set<string>()
    let goOn = () => {}
    const endless = new Promise<void>((resolve) => { goOn = resolve })
    const stop = takeOverAbandoned({ database, log: { warn: () => {} }, leases: {
      async enter(session) {
        if (session.id === 'broken')
          throw new Error('of its own')
        if (session.id === 'endless')
          await endless
        taken.add(session.id)
        await database.insertInto('session_leases').values({ tenant_id: session.tenant, session_id: session.id, machine: 'this', epoch: 1, until: new Date(Date.now() + 60_000), last_event_id: null, closed_epoch: null }).execute()
        return { elsewhere: 'this' }
      },
    } })

    await eventually(() => [...taken].sort()).toEqual(names.slice(2).sort())
    goOn()
    await eventually(() => taken.has('endless')).toBe(true)
    await stop()
  })

  test('who has heard through one server that an answer is complete reads that at the other, too, also before it has heard so', async () => {
    const { agent, turns } = scriptedAgent()
    const { a, b, client } = await openTwo({ agent })
    const [near, far] = [await a.connect(), await b.connect()]
    await a.request('/api/sessions', json({ id: 'one' }))
    far.send({ type: 'subscribe', session_id: 'one', after_event_id: 0 })
    const asked = await near.ask({ session_id: 'one', text: 'hi' })
    await eventually(() => turns.length).toBe(1)
    turns[0]!.say('one ')
    await far.heard('text_delta')
    await client.query('begin; lock table machine_news in exclusive mode') // no news come through
    turns[0]!.say('two ')
    await near.heard('text_delta', ({ delta }) => delta === 'two ')
    turns[0]!.say('three')
    turns[0]!.finish()
    await near.answerTo(asked)

    expect((await b.messages('one')).map(({ status, text }) => [status, text])).toEqual([['complete', 'hi'], ['complete', 'one two three']])
    await client.query('commit')
    await far.heard('resync_required') // what it was in the middle of hearing it reads anew, too
  })
})
