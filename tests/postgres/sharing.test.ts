import path from 'node:path'
import { Client } from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { image } from '../helpers/blocks.ts'
import { databaseUrlOf, openDatabaseOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openLine } from '../helpers/line.ts'
import { ANN, openServer, temporaryFolder, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import type { AppOptions } from '../../src/server/app.ts'
import type { ServerFrame } from '../../src/shared/protocol/frames.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

const PER_MINUTE = 300

/** Two servers on one database and one store of files. */
async function openTwo(options: Partial<AppOptions> = {}) {
  const folder = await temporaryFolder()
  const databaseUrl = (await databaseUrlOf(folder))!
  const open = (name: string, more: Partial<AppOptions> = {}) => openServer({
    agent: instantAgent().agent,
    machines: 'many',
    databaseUrl,
    dataFolder: path.join(folder, name),
    blobStore: { kind: 'folder', folder: path.join(folder, 'files') },
    ...options,
    ...more,
  })
  return [await open('a'), await open('b'), open, { folder, databaseUrl }] as const
}

/** What follows "data: " in a stream of server-sent events, as far as it has come. */
function readStream(response: Response) {
  let said = ''
  const ended = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream()))
      said += chunk
  })()
  return { ended, frames: () => said.split('\n').filter(line => line.startsWith('data: ')).map(line => JSON.parse(line.slice(6)) as ServerFrame) }
}

describe.skipIf(!inject('postgres'))('what several servers have in common', () => {
  test('a link to a file that one server signed opens at the other', async () => {
    const [a, b] = await openTwo()
    const { attachments: [shot] } = await (await a.connect()).ask({ session_id: 'one', text: 'look', images: [image(pngBytes())] })
    const { url } = await (await a.request(`${shot!.url}/url`, { method: 'POST' })).json() as { url: string }

    expect(new Uint8Array(await (await b.request(url)).arrayBuffer())).toEqual(new Uint8Array(pngBytes()))
  })

  test('who signs out everywhere is gone from the other server, too, at once', async () => {
    const [a, b] = await openTwo({ apiKeys: TWO_TENANTS })
    for (const server of [a, b])
      server.as(ANN)
    const tab = await b.connect()
    b.as(ZOE)
    const other = await b.connect()
    await a.request('/api/sign-out-everywhere', { method: 'POST' })

    await eventually(() => tab.socket.readyState).toBe(tab.socket.CLOSED)
    expect(other.socket.readyState).toBe(other.socket.OPEN)
  })

  test('an account has as many requests on all servers together as on one', async () => {
    const [a, b] = await openTwo({ apiKeys: TWO_TENANTS, rateLimit: PER_MINUTE })
    for (const server of [a, b])
      server.as(ANN)
    const answers = await Promise.all(Array.from({ length: PER_MINUTE }, () => a.request('/api/sessions')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))

    // How soon the other server hears of it depends on the machine; that it would count to so many by itself takes longer by far.
    let asked = 0
    await eventually(async () => (asked++, (await b.request('/api/sessions')).status), { interval: 50 }).toBe(429)
    expect(asked).toBeLessThan(PER_MINUTE)
    b.as(ZOE)
    expect((await b.request('/api/sessions')).status).toBe(200)
  })

  test('who comes to a server that was started in the middle of an answer reads it up to now, over REST and as a stream, and hears the rest once', async () => {
    const { agent, turns } = scriptedAgent()
    const [a, , open] = await openTwo({ agent })
    const asked = await (await a.connect()).ask({ session_id: 'one', text: 'hi' })
    await eventually(() => turns.length).toBe(1)
    turns[0]!.say('one ')
    const b = await open('c')
    const tab = await b.connect()
    await eventually(async () => (await b.messages('one')).at(-1)!.text).toBe('one ')
    const { lastEventId } = await b.json<{ lastEventId: number }>('/api/sessions/one/messages')
    tab.send({ type: 'subscribe', session_id: 'one', after_event_id: lastEventId })
    const stream = b.request('/api/sessions/one/messages', json({ content: 'hi', clientMessageId: asked.clientMessageId }, { accept: 'text/event-stream' }))
    await stream
    turns[0]!.say('two')
    turns[0]!.finish()
    const answer = await tab.answerTo(asked)

    expect(answer.text).toBe('one two')
    expect('one ' + tab.textOf(answer.id)).toBe('one two')
    const told = await (await stream).text()
    expect(tab.all('text_delta')[0]!.previous_event_id).toBe(lastEventId)
    expect(told).toMatch(/event: turn_started\n.*"text":"one "/)
    expect(told).toContain('"text":"one two"')
    expect(told.match(/event: message_completed/g)).toHaveLength(1)
    expect(told).not.toContain('"status":"running","text":"one two"')
  })

  test('what a tenant stores is counted on all servers together: not one byte beyond its quota, whichever is asked', async () => {
    const [a, b] = await openTwo({ quotaBytes: 10_000 })
    await a.request('/api/sessions', json({ id: 'one' }))
    const upload = (n: number) => (n % 2 ? a : b).request('/api/sessions/one/messages', form({}, [file(`${n}.txt`, Buffer.from(`${n}`.padEnd(990, 'x')))]))
    const statuses = (await Promise.all(Array.from({ length: 16 }, (_, n) => upload(n)))).map(({ status }) => status)
    const stored = (await a.messages('one')).flatMap(({ attachments }) => attachments).reduce((sum, { size }) => sum + size, 0)

    expect(new Set(statuses)).toEqual(new Set([202, 429]))
    expect(stored).toBeLessThanOrEqual(10_000)
    expect(stored).toBe(990 * statuses.filter(status => status === 202).length)
    for (const server of [a, b])
      expect((await server.request('/api/sessions/one/messages', form({}, [file('more.txt', Buffer.alloc(3000, 'x'))]))).status).toBe(429)
  })

  test('a server whose right to a session is gone from the database, as after a failover that brought back an older state, takes it anew at once', async () => {
    const [a, b, , { databaseUrl }] = await openTwo()
    const tab = await a.connect()
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'before' }))
    const client = new Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query('update session_leases set until = clock_timestamp() - interval \'1 second\'')
    await client.end()

    expect(await tab.answerTo(await tab.ask({ session_id: 'one', text: 'after' }))).toMatchObject({ status: 'complete' })
    expect((await b.messages('one')).map(({ status }) => status)).toEqual(['complete', 'complete', 'complete', 'complete'])
  })

  test('who streams an answer from a server that heard nothing for longer than news are kept gets all of it, once', async () => {
    const { agent, turns } = scriptedAgent()
    const [a, , open, { folder, databaseUrl }] = await openTwo({ agent })
    const line = await openLine(databaseUrl)
    const cut = await open('cut', { databaseUrl: line.url })
    const tab = await a.connect()
    const asked = await tab.ask({ session_id: 'one', text: 'hi' })
    await eventually(() => turns.length).toBe(1)
    turns[0]!.say('one ')
    const stream = readStream(await cut.request('/api/sessions/one/messages', json({ content: 'hi', clientMessageId: asked.clientMessageId }, { accept: 'text/event-stream' })))
    await eventually(() => JSON.stringify(stream.frames())).toContain('one ')
    line.cut()
    turns[0]!.say('two ')
    await tab.heard('text_delta', ({ delta }) => delta === 'two ')
    const database = await openDatabaseOf(folder)
    const client = new Client({ connectionString: databaseUrl })
    await client.connect()
    await eventually(async () => (await client.query('select 1 from machine_news where body like \'%two %\'')).rowCount).toBe(1)
    await client.query('delete from machine_news')
    await client.end()
    line.mend()
    turns[0]!.say('three')
    await eventually(() => JSON.stringify(stream.frames())).toContain('three')
    turns[0]!.finish()
    await stream.ended

    const frames = stream.frames()
    const begun = frames.findLastIndex(({ type }) => type === 'turn_started')
    const said = frames.slice(begun).map(frame => frame.type === 'turn_started' ? frame.message.text : frame.type === 'text_delta' ? frame.delta : '').join('')
    expect(said).toBe('one two three')
    expect(frames.filter(({ type }) => type === 'message_completed').map(frame => 'message' in frame && [frame.message.status, frame.message.text])).toEqual([['complete', 'one two three']])
    expect(await database.selectFrom('messages').select('status').where('role', '=', 'assistant').execute()).toEqual([{ status: 'complete' }])
  })
})
