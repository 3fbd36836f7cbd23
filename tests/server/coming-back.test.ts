import { expect, test } from 'vitest'
import { createKeptEvents } from '../../src/server/events/keptEvents.ts'
import type { MessagesPage } from '../../src/shared/protocol/rest.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

test('who reconnects in the middle of an answer gets all of it, and nothing twice', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const first = await server.connect()
  const sent = await first.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)
  const words = Array.from({ length: 60 }, (_, i) => `word${i} `)

  turns[0]!.say(words.slice(0, 20).join(''))
  const last = await first.heard('text_delta')
  first.socket.terminate()
  for (const word of words.slice(20, 40))
    turns[0]!.say(word)
  const second = await server.connect()
  second.send({ type: 'subscribe', session_id: 'one', after_event_id: last.event_id })
  for (const word of words.slice(40))
    turns[0]!.say(word)
  turns[0]!.finish()
  const whole = await second.answerTo(sent)

  expect(whole.text).toBe(words.join(''))
  expect(first.textOf(whole.id) + second.textOf(whole.id)).toBe(words.join(''))
  const ids = second.all('text_delta').map(frame => frame.event_id)
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
})

test('the history and the events after it make one whole, at any moment of an answer', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const sender = await server.connect()
  const sent = await sender.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)
  const words = Array.from({ length: 400 }, (_, i) => `word${i} `)

  // Tabs come in all the time while the agent speaks.
  const tabs: Promise<string>[] = []
  for (const [i, word] of words.entries()) {
    turns[0]!.say(word)
    if (i % 20 === 0)
      tabs.push(openTab())
    await new Promise(resolve => setImmediate(resolve))
  }
  turns[0]!.finish()
  await sender.answerTo(sent)

  async function openTab() {
    const tab = await server.connect()
    const page = await server.json<MessagesPage>('/api/sessions/one/messages')
    tab.send({ type: 'subscribe', session_id: 'one', after_event_id: page.lastEventId })
    const shown = page.messages.find(({ role }) => role === 'assistant')
    if (shown?.status === 'complete')
      return shown.text
    const { message } = await tab.heard('message_completed')
    return (shown?.text ?? '') + tab.textOf(message.id)
  }
  for (const text of await Promise.all(tabs))
    expect(text).toBe(words.join(''))
})

test('subscribing after what REST calls the last event works before anything ever happened', async () => {
  const { agent } = instantAgent()
  const server = await openServer({ agent })
  await server.request('/api/sessions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"id":"one"}' })
  const page = await server.json<MessagesPage>('/api/sessions/one/messages')
  const [watcher, sender] = [await server.connect(), await server.connect()]

  watcher.send({ type: 'subscribe', session_id: 'one', after_event_id: page.lastEventId })
  watcher.send({ type: 'ping' })
  await watcher.heard('pong')
  const sent = await sender.ask({ session_id: 'one', text: 'hi' })

  expect(await watcher.answerTo(sent)).toMatchObject({ text: 'Done.' })
  expect((await watcher.heard('message_added')).message.id).toBe(sent.id)
  expect(watcher.all('resync_required')).toEqual([])
})

test('who comes back with an event from before a restart is told to load anew', async () => {
  const { agent } = instantAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  await tab.answerTo(await tab.ask({ session_id: 'one', text: 'hi' }))
  const before = tab.all('message_completed')[0]!.event_id
  await server.close()

  const again = await openServer({ agent, dataFolder: server.dataFolder })
  const back = await again.connect()
  back.send({ type: 'subscribe', session_id: 'one', after_event_id: before })
  await back.heard('resync_required', frame => frame.session_id === 'one')
  await back.answerTo(await back.ask({ session_id: 'one', text: 'again' }))

  expect(Math.min(...back.all('message_completed').map(frame => frame.event_id))).toBeGreaterThan(before)
})

test('who was away longer than events are kept is told to load anew', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const sender = await server.connect()
  const sent = await sender.ask({ session_id: 'one', text: 'hi' })
  const start = await sender.heard('turn_started')
  await eventually(() => turns.length).toBe(1)
  for (let i = 0; i < 5; i++) {
    turns[0]!.say('x'.repeat(1024 * 1024))
    await sender.heard('text_delta', () => sender.all('text_delta').length > i)
  }

  const back = await server.connect()
  back.send({ type: 'subscribe', session_id: 'one', after_event_id: start.event_id })
  await back.heard('resync_required')

  turns[0]!.finish()
  await sender.answerTo(sent)
  expect(back.all('text_delta')).toEqual([])
})

test('an event id that the server never gave is answered with a resync', async () => {
  const server = await openServer()
  const tab = await server.connect()

  tab.send({ type: 'subscribe', session_id: 'one', after_event_id: Number.MAX_SAFE_INTEGER })

  await tab.heard('resync_required')
})

test('another tab on the session sees everything; one elsewhere only sees that the session changed', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const [sender, beside, elsewhere] = [await server.connect(), await server.connect(), await server.connect()]
  beside.send({ type: 'subscribe', session_id: 'one' })
  beside.send({ type: 'ping' })
  await beside.heard('pong')

  const sent = await sender.ask({ session_id: 'one', text: 'hi' })
  await beside.answerTo(sent)
  await elsewhere.heard('session_updated', frame => frame.session.running)
  await elsewhere.heard('session_updated', frame => !frame.session.running)

  expect(beside.all('message_added').map(frame => frame.message.id)).toEqual([sent.id])
  expect(elsewhere.frames.filter(frame => !['hello', 'session_updated'].includes(frame.type))).toEqual([])
})

test('accepted is heard before anything that follows from it', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()

  await tab.answerTo(await tab.ask({ session_id: 'one', text: 'hi' }))

  const order = tab.frames.map(frame => frame.type).filter(type => type !== 'session_updated')
  expect(order).toEqual(['hello', 'message_accepted', 'message_added', 'turn_started', 'part_added', 'text_delta', 'message_completed'])
})

test('a tab that stops reading is dropped with a resync instead of filling the server’s memory', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const [reader, slow] = [await server.connect(), await server.connect()]
  slow.send({ type: 'subscribe', session_id: 'one' })
  slow.send({ type: 'ping' })
  await slow.heard('pong')
  const sent = await reader.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)

  slow.socket.pause()
  for (let i = 0; i < 14; i++) {
    turns[0]!.say('x'.repeat(1024 * 1024))
    await reader.heard('text_delta', () => reader.all('text_delta').length > i)
  }
  const waiting = Math.max(...Array.from(server.app.websocketServer.clients, client => client.bufferedAmount))
  slow.socket.resume()
  await slow.heard('resync_required', frame => frame.session_id === 'one')
  turns[0]!.finish()
  const whole = await reader.answerTo(sent)

  expect(waiting).toBeLessThan(16 * 1024 * 1024)
  expect(reader.textOf(whole.id)).toHaveLength(14 * 1024 * 1024)
  expect(slow.all('message_completed')).toEqual([])
})

test('what is told to many tabs is made once: each gets the same bytes', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tabs = await Promise.all(Array.from({ length: 5 }, () => server.connect()))
  tabs.forEach(tab => tab.send({ type: 'subscribe', session_id: 'one' }))
  await Promise.all(tabs.map((tab) => {
    tab.send({ type: 'ping' })
    return tab.heard('pong')
  }))
  const sent = new Set<unknown>()
  for (const client of server.app.websocketServer.clients) {
    const send = client.send.bind(client) as (...given: unknown[]) => void
    client.send = (...given: unknown[]) => {
      if (String(given[0]).includes('text_delta'))
        sent.add(given[0])
      send(...given)
    }
  }
  await tabs[0]!.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)

  turns[0]!.say('Once.')
  turns[0]!.finish()

  await Promise.all(tabs.map(tab => tab.heard('message_completed')))
  expect(tabs.map(tab => tab.all('text_delta').length)).toEqual([1, 1, 1, 1, 1])
  expect(sent.size).toBe(1)
})

test('who asks again and again for what was, and reads none of it, is told to load anew, and fills no memory', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const [reader, slow] = [await server.connect(), await server.connect()]
  const sent = await reader.ask({ session_id: 'one', text: 'hi' })
  const start = await reader.heard('turn_started')
  await eventually(() => turns.length).toBe(1)
  for (let i = 0; i < 3; i++) {
    turns[0]!.say('x'.repeat(1024 * 1024))
    await reader.heard('text_delta', () => reader.all('text_delta').length > i)
  }

  slow.socket.pause()
  for (let i = 0; i < 20; i++) {
    slow.send({ type: 'subscribe', session_id: 'one', after_event_id: start.event_id })
    reader.send({ type: 'ping' })
    await reader.heard('pong', () => reader.all('pong').length > i)
  }
  slow.socket.resume()
  slow.send({ type: 'ping' })
  await slow.heard('pong')

  expect(slow.all('resync_required').length).toBeGreaterThan(8)
  expect(slow.all('text_delta').length).toBeLessThan(30)
  turns[0]!.finish()
  await reader.answerTo(sent)
})

test('what is kept for those who come back is bounded for all sessions together, and what goes is of the tenant that has the most', () => {
  const kept = createKeptEvents(1000)
  const keep = (tenant: string, id: string, size: number) =>
    kept.keep({ session: { tenant, id }, id: 1, previous: null, json: 'x'.repeat(size), frame: () => Buffer.alloc(0) })
  const isKept = (tenant: string, id: string) => kept.after({ tenant, id }, 0) !== undefined

  keep('innocent', 'one', 200)
  for (let i = 0; i < 10; i++)
    keep('hostile', `session ${i}`, 300)

  expect(isKept('innocent', 'one')).toBe(true)
  expect(Array.from({ length: 10 }, (_, i) => isKept('hostile', `session ${i}`))).toEqual([...Array<boolean>(8).fill(false), true, true])
})
