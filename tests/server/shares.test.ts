import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Session } from '../../src/shared/protocol/session.ts'
import { createBudget } from '../../src/server/queues/budget.ts'
import { eventually } from '../helpers/eventually.ts'
import { lockDatabase } from '../helpers/lockDatabase.ts'
import { ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { json, readEvents } from '../helpers/rest.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

const as = (key: string) => ({ headers: bearer(key) })

test('a budget is shared by keys, none of which gets all of it, and comes back', () => {
  const budget = createBudget({ all: 10, each: 6 })
  const [one, two] = [budget.open('a'), budget.open('b')]
  expect([one.resize(6), one.resize(7), two.resize(5), two.resize(4)]).toEqual([true, false, false, true])
  expect(budget.held).toBe(10)
  one.release()
  one.release()
  expect([budget.held, two.resize(6)]).toEqual([4, true])
})

test('one account\'s sockets have a limit that is told before the handshake, another account has its own, and closing one makes room', async () => {
  const server = await openServer({ apiKeys: TWO_TENANTS, serverLimits: { socketsPerAccount: 2 } })
  const [first] = [await server.connect(as(ANN)), await server.connect(as(ANN))]

  const third = new WebSocket(`${server.url.replace('http', 'ws')}/ws`, as(ANN))
  const refused = await new Promise<number | undefined>(resolve => third.on('unexpected-response', (_, response) => resolve(response.statusCode)).on('error', () => undefined))
  expect(refused).toBe(429)
  const stream = await server.request('/api/sessions', json({ id: 'one' }, bearer(ANN)))
    .then(() => server.request('/api/sessions/one/messages', json({ content: 'hi' }, { ...bearer(ANN), accept: 'text/event-stream' })))
  expect(await stream.json()).toMatchObject({ code: 'too_many_sockets' })
  await server.connect(as(ZOE))

  first.socket.close()
  await eventually(() => server.connect(as(ANN)).then(() => 'open', () => 'refused'), { interval: 50 }).toBe('open')
})

test('frames that never end are not held without bound: the connection is told to try later, and others go on', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS, serverLimits: { frameBytesPerAccount: 6_000_000 } })
  const hostile = await server.connect(as(ANN))
  const closed = new Promise<number>(resolve => hostile.socket.on('close', resolve))
  const piece = Buffer.alloc(500_000, ' ')
  let isClosed = false
  void closed.then(() => { isClosed = true })
  for (let i = 0; i < 40 && !isClosed; i++) {
    await new Promise(resolve => hostile.socket.send(piece, { fin: false }, resolve))
  }
  expect(await closed).toBe(1013)

  const tab = await server.connect(as(ANN))
  const text = 'x'.repeat(1_500_000)
  const documents = [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: text } }]
  tab.send({ type: 'send_message', message_id: 'm1', session_id: 'one', text: 'large', images: [], documents })
  tab.send({ type: 'send_message', message_id: 'm2', session_id: 'one', text: 'small', images: [], documents: [] })
  await eventually(() => tab.all('message_accepted').map(({ message_id }) => message_id)).toEqual(['m1', 'm2'])
})

test('many frames that are each small are not held without bound, either', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS, serverLimits: { frameBytesPerAccount: 2_000_000 } })
  const hostile = await server.connect(as(ANN))
  const closed = new Promise<number>(resolve => hostile.socket.on('close', resolve))

  // Nothing is worked off while somebody else writes into the database: as on a server that has too much to do.
  const unlock = await lockDatabase(server.dataFolder)
  for (let i = 0; i < 8; i++)
    hostile.send({ type: 'send_message', message_id: `m${i}`, session_id: 'one', text: 'x'.repeat(900_000), images: [], documents: [] })

  expect(await closed).toBe(1013)
  unlock()
  const tab = await server.connect(as(ANN))
  await tab.ask({ session_id: 'one', text: 'x'.repeat(900_000) })
})

test('a socket follows so many sessions, and says where it is too much', async () => {
  const server = await openServer({ serverLimits: { subscriptionsPerSocket: 2 } })
  const tab = await server.connect()
  for (const id of ['a', 'b', 'a', 'c'])
    tab.send({ type: 'subscribe', session_id: id })
  expect((await tab.heard('error')).session_id).toBe('c')
  expect(tab.all('error')).toHaveLength(1)
})

test('turns beyond what may run wait, say so, and begin fairly: another tenant\'s is not behind all of one', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, apiKeys: TWO_TENANTS, serverLimits: { turns: 2, turnsPerTenant: 1 } })
  const post = (key: string, id: string) => server.request('/api/sessions', json({ id }, bearer(key)))
    .then(() => server.request(`/api/sessions/${id}/messages`, json({ content: id }, bearer(key))))
  const session = async (key: string, id: string) => await (await server.request(`/api/sessions/${id}`, as(key))).json() as Session
  for (const id of ['a1', 'a2', 'a3'])
    await post(ANN, id)
  await eventually(() => turns.map(({ sessionId }) => sessionId)).toEqual(['a1'])
  await eventually(async () => (await session(ANN, 'a2')).waiting).toBe(true)
  expect(await session(ANN, 'a2')).toMatchObject({ running: true })
  expect((await session(ANN, 'a1')).waiting).toBeUndefined()

  await post(ZOE, 'z1')
  await eventually(() => turns.map(({ sessionId }) => sessionId)).toEqual(['a1', 'z1'])
  turns[1]!.finish()
  turns[0]!.finish()
  await eventually(() => turns.map(({ sessionId }) => sessionId)).toEqual(['a1', 'z1', 'a2'])
  await eventually(async () => (await session(ANN, 'a2')).waiting).toBeUndefined()

  // Stopped while it waits: it ends, without the agent.
  const tab = await server.connect(as(ANN))
  tab.send({ type: 'stop', session_id: 'a3' })
  await eventually(async () => (await session(ANN, 'a3')).running).toBe(false)
  expect(turns).toHaveLength(3)
  turns[2]!.finish()
})

test('all tenants together have so many turns at a time; who comes when they are taken waits, says so, and has one when it is free', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, apiKeys: TWO_TENANTS, serverLimits: { turns: 2, turnsPerTenant: 2 } })
  for (const [i, [key, id]] of ([[ANN, 'a1'], [ANN, 'a2'], [ANN, 'a3'], [ZOE, 'z1']] as const).entries()) {
    await server.request('/api/sessions', json({ id }, bearer(key)))
    await server.request(`/api/sessions/${id}/messages`, json({ content: id }, bearer(key)))
    await eventually(() => turns.length).toBe(Math.min(i + 1, 2))
  }
  server.as(ZOE)
  await eventually(async () => (await server.sessions())[0]).toMatchObject({ running: true, waiting: true })
  expect(turns.map(({ sessionId }) => sessionId)).toEqual(['a1', 'a2'])

  turns[0]!.finish()
  turns[1]!.finish()
  await eventually(() => turns.map(({ sessionId }) => sessionId).sort()).toEqual(['a1', 'a2', 'a3', 'z1'])
  turns.forEach(turn => turn.finish())
})

test('what waits for its turn when the server stops is asked after the next start', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, serverLimits: { turns: 1, turnsPerTenant: 1 } })
  for (const id of ['a', 'b']) {
    await server.request('/api/sessions', json({ id }))
    await server.request(`/api/sessions/${id}/messages`, json({ content: id }))
  }
  await eventually(() => turns.length).toBe(1)
  await server.close()

  const again = await openServer({ agent: instantAgent().agent, dataFolder: server.dataFolder })
  await eventually(async () => (await again.messages('b')).map(({ status }) => status)).toEqual(['complete', 'complete'])
})

test('a stream of an answer keeps no place of a large message', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent, serverLimits: { largeMessages: 1, largeMessagesPerAccount: 1 } })
  const attachments = [{ filename: 'a.txt', mimeType: 'text/plain', content: Buffer.alloc(900_000, 'x').toString('base64') }]
  for (const id of ['a', 'b'])
    await server.request('/api/sessions', json({ id }))
  const stream = await server.request('/api/sessions/a/messages', json({ content: 'hi', attachments }, { accept: 'text/event-stream' }))
  expect((await server.request('/api/sessions/b/messages', json({ content: 'hi', attachments }))).status).toBe(202)

  await eventually(() => turns.length).toBe(2)
  turns.forEach(turn => turn.finish())
  const events: string[] = []
  for await (const { event } of readEvents(stream))
    events.push(event)
  expect(events.at(-1)).toBe('message_completed')
})
