import type { FastifyBaseLogger } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { withPartEvent, type PartEvent } from '../../src/shared/parts/partEvents.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { SessionEvent } from '../../src/shared/protocol/frames.ts'
import { createEvents } from '../../src/server/events/events.ts'
import { createGathering } from '../../src/server/events/gathering.ts'
import { createHistory } from '../../src/server/sessions/history.ts'
import { createSessions } from '../../src/server/sessions/sessions.ts'
import { insertUserMessage } from '../../src/server/storage/rows/messageInsert.ts'
import { insertAnswer } from '../../src/server/turns/answers.ts'
import { createTurnFollower } from '../../src/server/turns/follow.ts'
import { createLive } from '../../src/server/events/live.ts'
import { openDatabaseOf } from '../helpers/databases.ts'
import { temporaryFolder } from '../helpers/openServer.ts'

const silent = { error: () => undefined } as unknown as FastifyBaseLogger
const session = { tenant: 'default', id: 'one' }

test('a message that arrives while the history is being read is in the page, or comes after it', async () => {
  const folder = await temporaryFolder()
  const [database, sender] = [await openDatabaseOf(folder), await openDatabaseOf(folder)]
  onTestFinished(async () => {
    await database.destroy()
    await sender.destroy()
  })
  const live = createLive()
  const events = createEvents({ database, live, log: silent })
  await events.open(session)
  const sessions = createSessions({ database, events, gathering: createGathering(silent), live })
  const store = async (text: string) => {
    const message = await insertUserMessage(sender, { session, user: 'default', clientMessageId: text, projectId: 'default', title: null, text, bodySha256: '', attachments: [] })
    events.emit('default', { type: 'message_added', session_id: 'one', message })
    return message
  }
  await store('before')

  // The narrowest moment, made certain: the rows are read, the page is not made of them yet.
  let meanwhile: (() => Promise<unknown>) | undefined = () => store('meanwhile')
  const interrupted = database.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      const happens = meanwhile
      meanwhile = undefined
      await happens?.()
      return result
    },
  })
  const page = await createHistory({ database: interrupted, sessions, events, live }).page(session, { limit: 50 })

  const shown = page.messages.map(message => message.text)
  const following = (await events.of(session)).after(page.lastEventId)!.map(({ json }) => (JSON.parse(json) as { message: { text: string } }).message.text)
  expect([...shown, ...following]).toEqual(['before', 'meanwhile'])
})

test('a stream that cannot be joined listens no more', async () => {
  const database = await openDatabaseOf(await temporaryFolder())
  onTestFinished(() => database.destroy())
  const events = createEvents({ database, live: createLive(), log: silent })
  const asked = await insertUserMessage(database, { session, user: 'default', clientMessageId: 'm1', projectId: 'default', title: null, text: 'hi', bodySha256: '', attachments: [] })
  await events.open(session)
  const broken = database.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: () => Promise.reject(new Error('the disk is gone')),
  })
  let listening = 0
  const counted: typeof events = {
    ...events,
    listen(listener) {
      listening++
      const stop = events.listen(listener)
      return () => {
        listening--
        return stop()
      }
    },
  }

  await expect(createTurnFollower({ database: broken, events: counted, live: createLive() }).follow(session, asked, undefined, () => undefined)).rejects.toThrow('the disk is gone')

  expect(listening).toBe(0)
})

test.each([false, true])('what is said while a stream is being joined is told once, whether it begins anew or goes on: %s', async (goesOn) => {
  const database = await openDatabaseOf(await temporaryFolder())
  onTestFinished(() => database.destroy())
  const live = createLive()
  const events = createEvents({ database, live, log: silent })
  await events.open(session)
  const asked = await insertUserMessage(database, { session, user: 'default', clientMessageId: 'm1', projectId: 'default', title: null, text: 'hi', bodySha256: '', attachments: [] })
  const answer = await insertAnswer(database, await database.selectFrom('messages').selectAll().where('id', '=', asked.id).executeTakeFirstOrThrow())
  let said: Message = answer
  const tell = (event: PartEvent) => {
    said = withPartEvent(said, event)
    live.setMessage(said)
    events.emit('default', { ...event, session_id: 'one', message_id: answer.id })
  }
  const say = (delta: string) => tell({ type: 'text_delta', part_id: 'text', delta })
  live.setMessage(answer)
  events.emit('default', { type: 'turn_started', session_id: 'one', message: answer })
  const beginning = (await events.of(session)).last()
  tell({ type: 'part_added', part: { type: 'text', id: 'text', text: '' } })
  say('one ')

  // The narrowest moment, made certain: it listens, and the row is read.
  let meanwhile: (() => void) | undefined = () => say('two ')
  const interrupted = database.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      meanwhile?.()
      meanwhile = undefined
      return result
    },
  })
  const told: SessionEvent[] = []
  const stop = await createTurnFollower({ database: interrupted, events, live }).follow(session, asked, goesOn ? beginning : undefined, event => told.push(event))
  say('three')
  stop()
  say(', and what nobody hears')

  const words = told.map(event => event.type === 'turn_started' ? event.message.text : event.type === 'text_delta' ? event.delta : '')
  expect(words.join('')).toBe('one two three')
})

test('what a machine tells late, of a time when the session was its, is told to nobody, and no page ends with it', async () => {
  const database = await openDatabaseOf(await temporaryFolder())
  onTestFinished(() => database.destroy())
  let epoch: number | undefined = 2
  const events = createEvents({ database, live: createLive(), wire: { epochOf: () => epoch, send: () => {}, fetch: async () => false }, log: silent })
  const told: number[] = []
  events.listen(({ event }) => event && told.push(event.id))
  const news = { type: 'event' as const, session, kind: 'message_added' as const, json: '{"type":"message_added"}' }
  events.begin(session) // this machine has it, and gives it back
  await events.open(session)
  const last = events.close(session)
  epoch = undefined

  events.hear({ ...news, epoch: 1, id: 182, previous: 181 })
  expect(told).toEqual([])
  expect((await events.of(session)).last()).not.toBe(182)
  events.hear({ ...news, epoch: 3, id: 20_001, previous: last ?? null })
  expect(told).toEqual([20_001])
})
