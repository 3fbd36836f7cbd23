import type { FastifyBaseLogger } from 'fastify'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { createEventSequences } from '../../src/server/events/eventSequences.ts'
import { createSessionEnds } from '../../src/server/events/sessionEnds.ts'
import type { ServerFrame } from '../../src/shared/protocol/frames.ts'
import type { MessagesPage } from '../../src/shared/protocol/rest.ts'
import { openDatabaseOf } from '../helpers/databases.ts'
import type { Connection } from '../helpers/connect.ts'
import { image } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

type Numbered = Extract<ServerFrame, { event_id: number }>

const eventsOf = ({ frames }: Connection, session: string) =>
  frames.filter((frame): frame is Numbered => 'event_id' in frame && frame.session_id === session)

/** @param before the event that the first one follows on */
function expectChain(events: readonly Numbered[], before: number | null = null) {
  expect(events.length).toBeGreaterThan(0)
  expect(events.map(({ previous_event_id }) => previous_event_id)).toEqual([before, ...events.map(({ event_id }) => event_id).slice(0, -1)])
  expect(events.map(({ event_id }) => event_id)).toEqual(events.map(({ event_id }) => event_id).toSorted((a, b) => a - b))
}

async function lastEventId(server: { json: <Body>(address: string) => Promise<Body> }, session = 'one') {
  return (await server.json<MessagesPage>(`/api/sessions/${session}/messages`)).lastEventId
}

test('every event of a session names the one before it, whatever happens in others meanwhile', async () => {
  const server = await openServer({ agent: instantAgent('A whole answer.').agent })
  const tab = await server.connect()

  const sends = ['one', 'two', 'one', 'two', 'one'].map((session_id, i) => tab.ask({ session_id, text: `${i}`, images: i === 4 ? [image(pngBytes())] : [] }))
  const sent = await Promise.all(sends)
  await Promise.all(sent.map(message => tab.answerTo(message)))
  await server.request(`/api/attachments/${sent[4]!.attachments[0]!.id}`, { method: 'DELETE' })
  await tab.heard('message_updated')
  await server.request('/api/sessions/one', json({ title: 'named' }, {}, 'PATCH'))
  await tab.heard('session_updated', frame => frame.session.title === 'named')
  const last = await lastEventId(server)
  await server.request('/api/sessions/one', { method: 'DELETE' })
  await tab.heard('session_deleted')

  expectChain(eventsOf(tab, 'one'))
  expectChain(eventsOf(tab, 'two'))
  expect(new Set(eventsOf(tab, 'one').map(({ type }) => type))).toEqual(new Set(['message_added', 'turn_started', 'part_added', 'text_delta', 'message_completed', 'message_updated', 'session_deleted']))
  expect(tab.all('session_updated').filter(frame => 'event_id' in frame || 'previous_event_id' in frame)).toEqual([])
  expect(eventsOf(tab, 'one').at(-1)).toMatchObject({ type: 'session_deleted', previous_event_id: last })
})

test('in a session where nothing happened yet the last event is 0, and after it comes everything', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  const last = await lastEventId(server)
  const [sender, late] = [await server.connect(), await server.connect()]
  await sender.answerTo(await sender.ask({ session_id: 'one', text: 'hi' }))

  late.send({ type: 'subscribe', session_id: 'one', after_event_id: last })
  await late.heard('message_completed')

  expect(last).toBe(0)
  expect(eventsOf(late, 'one')).toEqual(eventsOf(sender, 'one'))
  expectChain(eventsOf(late, 'one'))
})

test('after a restart no id is given again, and the chain goes on from what REST calls the last one', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)
  turns[0]!.say('cut ')
  const { event_id: told } = await tab.heard('text_delta')
  turns[0]!.say('off')
  await tab.heard('text_delta', frame => frame.event_id > told)
  await server.close()
  const before = eventsOf(tab, 'one')

  const again = await openServer({ agent: instantAgent().agent, dataFolder: server.dataFolder })
  const back = await again.connect()
  back.send({ type: 'subscribe', session_id: 'one', after_event_id: told })
  await back.heard('resync_required')
  const last = await lastEventId(again)
  back.send({ type: 'subscribe', session_id: 'one', after_event_id: last })
  back.send({ type: 'ping' })
  await back.heard('pong')
  await back.answerTo(await back.ask({ session_id: 'one', text: 'again' }))

  expectChain(eventsOf(back, 'one'), last)
  expect(Math.min(...eventsOf(back, 'one').map(({ event_id }) => event_id))).toBeGreaterThan(Math.max(...before.map(({ event_id }) => event_id)))
  expect(back.all('resync_required')).toHaveLength(1)
})

test('whatever is reserved, no run of the server gives an id again', async () => {
  const dataFolder = await temporaryFolder()
  const seen: number[] = []

  for (let run = 0; run < 3; run++) {
    const server = await openServer({ agent: instantAgent().agent, dataFolder })
    const tab = await server.connect()
    await tab.answerTo(await tab.ask({ session_id: 'one', text: `${run}` }))
    seen.push(...eventsOf(tab, 'one').map(({ event_id }) => event_id))
    await server.close()
  }

  expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b))
})

test('more events than are reserved at once have ids that the database knows of, also while it refuses', async () => {
  const folder = await temporaryFolder()
  const database = await openDatabaseOf(folder)
  onTestFinished(() => database.destroy())
  const log = { error: () => undefined } as unknown as FastifyBaseLogger
  const session = { tenant: 'default', id: 'one' }
  const first = createEventSequences({ database, ends: createSessionEnds(database), log })
  await first.open(session)

  for (let i = 0; i < 4000; i++)
    first.take(session)
  await sql`create trigger no_room before update on event_sequences begin select raise(abort, 'full'); end`.execute(database)
  for (let i = 0; i < 4000; i++)
    first.take(session)
  await eventually(() => first.lastOf(session)).toBe(8000)
  await sql`drop trigger no_room`.execute(database)
  const { id, previous } = first.take(session)
  const second = createEventSequences({ database, ends: createSessionEnds(database), log })
  await second.open(session)

  expect([id, previous]).toEqual([8001, 8000])
  expect(second.take(session).id).toBeGreaterThan(id)
})

test('a subscription that is answered with a resync is over until one subscribes again', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const [sender, tab] = [await server.connect(), await server.connect()]
  await sender.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)
  tab.send({ type: 'subscribe', session_id: 'one' })
  tab.send({ type: 'subscribe', session_id: 'one', after_event_id: 999_999 })
  await tab.heard('resync_required')

  turns[0]!.say('unheard')
  await sender.heard('text_delta')
  tab.send({ type: 'ping' })
  await tab.heard('pong')
  expect(eventsOf(tab, 'one')).toEqual([])

  tab.send({ type: 'subscribe', session_id: 'one', after_event_id: await lastEventId(server) })
  tab.send({ type: 'ping' })
  await eventually(() => tab.all('pong').length).toBe(2)
  turns[0]!.say('heard')
  expect((await tab.heard('text_delta')).delta).toBe('heard')
})

test('a second subscription replaces the first: it begins where it says, and nothing comes twice after it', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const sent = await tab.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)
  turns[0]!.say('one ')
  await tab.heard('text_delta')
  const before = eventsOf(tab, 'one')

  tab.send({ type: 'subscribe', session_id: 'one', after_event_id: before[0]!.event_id })
  tab.send({ type: 'subscribe', session_id: 'one', after_event_id: before[1]!.event_id })
  tab.send({ type: 'ping' })
  await tab.heard('pong')
  const replayed = eventsOf(tab, 'one').slice(before.length)
  turns[0]!.say('two')
  turns[0]!.finish()
  await tab.answerTo(sent)

  expect(replayed.at(-1)).toEqual(before.at(-1))
  expectChain(eventsOf(tab, 'one').slice(before.length + replayed.length), before.at(-1)!.event_id)
})

test('an id between two events is none: whoever asks for what follows on it reads anew', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  await tab.answerTo(await tab.ask({ session_id: 'one', text: 'hi' }))
  await server.close()
  const again = await openServer({ agent: instantAgent().agent, dataFolder: server.dataFolder })
  const back = await again.connect()
  await back.answerTo(await back.ask({ session_id: 'one', text: 'hi' }))
  const [first] = eventsOf(back, 'one')

  back.send({ type: 'subscribe', session_id: 'one', after_event_id: first!.previous_event_id! - 1 })

  await back.heard('resync_required')
})
