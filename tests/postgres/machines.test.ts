import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import type { ServerFrame } from '../../src/shared/protocol/frames.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { MessagesPage } from '../../src/shared/protocol/rest.ts'
import { connect, type Connection } from '../helpers/connect.ts'
import { databaseUrlOf, openDatabaseOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { startServer } from '../helpers/serverProcess.ts'

/** A lease is over after 15 s, and others look every 2 s; on a machine that is busy with other tests everything takes longer. */
const TAKEN_OVER_MS = 60_000

type Numbered = Extract<ServerFrame, { event_id: number }>

/** Two real servers on one database and one store of files. */
async function openTwo() {
  const folder = await temporaryFolder()
  const databaseUrl = (await databaseUrlOf(folder))!
  const start = async (name: string) => {
    const server = await startServer({ DATA_DIR: path.join(folder, name), DATABASE_URL: databaseUrl, BLOB_STORE: path.join(folder, 'files'), MACHINES: 'many', AGENT: 'loopback' })
    return {
      ...server,
      request: (address: string, init?: RequestInit) => fetch(server.url + address, init),
      async connect() {
        const connection = await connect(server.url)
        onTestFinished(() => connection.socket.terminate())
        return connection
      },
      messages: async (session = 'one') => (await (await fetch(`${server.url}/api/sessions/${session}/messages?limit=100`)).json() as MessagesPage).messages,
    }
  }
  const [a, b] = await Promise.all([start('a'), start('b')])
  return { a, b, start, database: await openDatabaseOf(folder) }
}

const answersTo = (messages: readonly Message[], asked: Message) => messages.filter(({ replyTo }) => replyTo === asked.id)
const eventsOf = ({ frames }: Connection, session = 'one') => frames.filter((frame): frame is Numbered => 'event_id' in frame && frame.session_id === session)
const counted = (last: number) => Array.from({ length: last }, (_, i) => i + 1).join(' ')

/** As a tab does: what is missing is read anew, and subscribed to from there. */
function expectNoGap(events: readonly Numbered[]) {
  expect(events.length).toBeGreaterThan(0)
  for (const [i, event] of events.entries()) {
    if (i > 0)
      expect([event.type, event.previous_event_id]).toEqual([event.type, events[i - 1]!.event_id])
  }
}

describe.skipIf(!inject('postgres'))('two servers on one database', () => {
  test('a person at one sees every word that is said through the other, in one unbroken chain, and the same pages', async () => {
    const { a, b } = await openTwo()
    const [sender, reader] = [await a.connect(), await b.connect()]
    await a.request('/api/sessions', json({ id: 'one' }))
    reader.send({ type: 'subscribe', session_id: 'one', after_event_id: 0 })

    const asked = await sender.ask({ session_id: 'one', text: '/slow 20' })
    await reader.heard('text_delta')
    const late = await b.connect()
    const page = await (await b.request('/api/sessions/one/messages')).json() as MessagesPage
    late.send({ type: 'subscribe', session_id: 'one', after_event_id: page.lastEventId })
    const answer = await reader.answerTo(asked)
    await late.answerTo(asked)
    await sender.answerTo(asked)

    expect(answer.text).toBe(counted(20))
    expect(eventsOf(reader)).toEqual(eventsOf(sender))
    expectNoGap(eventsOf(reader))
    const shown = page.messages.find(({ replyTo }) => replyTo === asked.id)!.text
    expect(shown + late.textOf(answer.id)).toBe(counted(20))
    expect(await b.messages()).toEqual(await a.messages())
    const listOf = async ({ request }: typeof a): Promise<unknown> => (await request('/api/sessions')).json()
    await eventually(async () => [await listOf(a), await listOf(b)]).toSatisfy(([here, there]) => isDeepStrictEqual(here, there))
  })

  test('when the server that answers is killed, the other one goes on with the answer, and it is whole, with the file that it had written', async () => {
    const { a, b } = await openTwo()
    const [sender, reader] = [await a.connect(), await b.connect()]
    reader.send({ type: 'subscribe', session_id: 'one' })
    const asked = await sender.ask({ session_id: 'one', text: '/write a.txt one\n/slow 40\n/read a.txt' })
    await reader.heard('text_delta')
    await a.kill('SIGKILL')
    const killed = performance.now()

    await expect.poll(async () => answersTo(await b.messages(), asked).map(({ status, text }) => [status, text]), { timeout: TAKEN_OVER_MS }).toEqual([['complete', counted(40)]])
    const [answer] = answersTo(await b.messages(), asked)
    expect(answer!.parts.at(-1)).toMatchObject({ type: 'tool', name: 'Read', output: { text: 'one\n' } })
    expect(answer!.attachments.map(({ path }) => path)).toEqual(['a.txt'])
    console.info(`taken over and finished after ${Math.round(performance.now() - killed)} ms`)
  })

  test('a server that was frozen while another one went on writes nothing into the answer, and its people see that one’s', async () => {
    const { a, b, database } = await openTwo()
    const [sender, reader] = [await a.connect(), await b.connect()]
    reader.send({ type: 'subscribe', session_id: 'one' })
    const asked = await sender.ask({ session_id: 'one', text: '/slow 60' })
    await reader.heard('text_delta')
    a.child.kill('SIGSTOP')
    const frozen = performance.now()
    const epochOf = async () => (await database.selectFrom('session_leases').select('epoch').where('session_id', '=', 'one').executeTakeFirst())?.epoch
    await expect.poll(epochOf, { timeout: TAKEN_OVER_MS }).toBe(2)
    const told = eventsOf(reader).length
    await expect.poll(() => eventsOf(reader).length, { timeout: TAKEN_OVER_MS }).toBeGreaterThan(told)
    console.info(`gone on with after ${Math.round(performance.now() - frozen)} ms`)
    a.child.kill('SIGCONT')

    const answers = async (server: typeof a) => answersTo(await server.messages(), asked).map(({ status, text, parts }) => [status, text, parts.length])
    await expect.poll(() => answers(b), { timeout: TAKEN_OVER_MS }).toEqual([['complete', counted(60), 1]])
    await eventually(() => answers(a)).toEqual(await answers(b))
    expect((await sender.answerTo(asked)).text).toBe(counted(60))
    await a.request('/api/sessions/one', json({ title: 'still good' }, {}, 'PATCH'))
    await reader.heard('session_updated', ({ session }) => session.title === 'still good')
  })

  test('whichever server is asked: a turn stops, a question is answered, a message that waits is changed or cancelled, a session is deleted', async () => {
    const { a, b } = await openTwo()
    const [sender, reader] = [await a.connect(), await b.connect()]
    for (const session_id of ['one', 'asking', 'gone'])
      reader.send({ type: 'subscribe', session_id })
    const long = await sender.ask({ session_id: 'one', text: '/slow 1000' })
    const [edited, cancelled] = [await reader.ask({ session_id: 'one', text: 'first' }), await sender.ask({ session_id: 'one', text: 'second' })]
    const question = await sender.ask({ session_id: 'asking', text: '/ask Which? | Left | Right' })
    await reader.heard('text_delta')

    expect((await b.request(`/api/sessions/one/messages/${edited.id}`, json({ text: '/slow 3' }, {}, 'PATCH'))).status).toBe(200)
    expect((await b.request(`/api/sessions/one/messages/${cancelled.id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await b.request(`/api/sessions/one/messages/${long.id}`, { method: 'DELETE' })).status).toBe(409)
    expect((await b.request('/api/sessions/one/stop', { method: 'POST' })).status).toBe(204)
    expect((await sender.answerTo(long)).status).toBe('cancelled')
    expect((await sender.answerTo(edited)).text).toBe('1 2 3')
    expect((await b.messages()).map(({ id }) => id)).not.toContain(cancelled.id)

    const { part, message_id } = await reader.heard('part_added', ({ part }) => part.type === 'question')
    reader.send({ type: 'answer', session_id: 'asking', message_id, part_id: part.id, answers: { 'Which?': 'Right' } })
    await reader.heard('answer_accepted')
    expect((await sender.answerTo(question)).text).toBe('You chose Right.')

    const gone = await sender.ask({ session_id: 'gone', text: '/slow 1000' })
    await reader.heard('turn_started', ({ message }) => message.replyTo === gone.id)
    expect((await b.request('/api/sessions/gone', { method: 'DELETE' })).status).toBe(204)
    await sender.heard('session_deleted')
    expect((await a.request('/api/sessions/gone')).status).toBe(404)
    await eventually(() => eventsOf(reader).slice(-3)).toEqual(eventsOf(sender).slice(-3))
    expectNoGap(eventsOf(reader))
  })

  test('the same message sent through both servers at once is one message, and is answered once', async () => {
    const { a, b } = await openTwo()
    const [one, other] = [await a.connect(), await b.connect()]
    const frame = { session_id: 'one', message_id: crypto.randomUUID(), text: '/slow 3' }
    const [first, second] = await Promise.all([one.say(frame), other.say(frame)])

    expect([first.type, second.type]).toEqual(['message_accepted', 'message_accepted'])
    const messageOf = (reply: typeof first) => reply.type === 'message_accepted' ? reply.message.id : undefined
    expect(messageOf(first)).toBe(messageOf(second))
    expect([first, second].filter(reply => reply.type === 'message_accepted' && reply.replayed)).toHaveLength(1)
    await one.heard('message_completed')
    expect(await b.messages()).toHaveLength(2)
  })

  test('a file that the agent changed at one server is so at the other, when the session comes back to it', async () => {
    const { a, b, start } = await openTwo()
    const [sender, reader] = [await a.connect(), await b.connect()]
    await sender.answerTo(await sender.ask({ session_id: 'one', text: '/write a.txt one' }))
    await a.kill('SIGTERM')
    await reader.answerTo(await reader.ask({ session_id: 'one', text: '/edit a.txt one => two' }))
    const back = await start('a')
    await b.kill('SIGTERM')

    const person = await back.connect()
    const answer = await person.answerTo(await person.ask({ session_id: 'one', text: '/read a.txt' }))
    expect(answer.parts).toMatchObject([{ type: 'tool', name: 'Read', output: { text: 'two\n' } }])
    expect(answer.attachments).toEqual([])
  })

  test('a server that is told to stop leaves its turn to the other one at once', async () => {
    const { a, b } = await openTwo()
    const [sender, reader] = [await a.connect(), await b.connect()]
    reader.send({ type: 'subscribe', session_id: 'one' })
    const asked = await sender.ask({ session_id: 'one', text: '/slow 40' })
    await reader.heard('text_delta')
    const { code } = await a.kill('SIGTERM')

    expect(code).toBe(0)
    expect((await reader.answerTo(asked)).text).toBe(counted(40))
    expect(answersTo(await b.messages(), asked)).toHaveLength(1)
  })
})
