import { rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { AgentError } from '../../src/server/agents/agent.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import { image, named, pdf, text } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { jpegBytes, pdfBytes, pngBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'
import { storedBlobs } from '../helpers/storedBlobs.ts'

const statusesOf = (messages: readonly Message[]) => messages.map(({ role, status }) => `${role} ${status}`)

test('the agent gets images and documents with their names in the order of the files, then the text', async () => {
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const [shot, photo, report] = [pngBytes(), jpegBytes(), pdfBytes()]

  await tab.answerTo(await tab.ask({
    session_id: 'one',
    text: 'compare them',
    images: [image(shot), image(photo, 'image/jpeg')],
    documents: [text('some notes'), pdf(report, 'report.pdf')],
    media: [named('document', 0, 'notes.txt'), named('image', 1, 'photo.jpg'), named('image', 0, 'shot.png')],
  }))

  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  expect(turns[0]!.content).toEqual([
    { type: 'document', title: 'notes.txt', source: { type: 'text', media_type: 'text/plain', data: 'some notes' } },
    { type: 'text', text: 'Image: photo.jpg' },
    { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: base64(photo) } },
    { type: 'text', text: 'Image: shot.png' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64(shot) } },
    { type: 'document', title: 'report.pdf', source: { type: 'base64', media_type: 'application/pdf', data: base64(report) } },
    { type: 'text', text: 'compare them' },
  ])
})

test('a message without text has no empty text block', async () => {
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()

  await tab.answerTo(await tab.ask({ session_id: 'one', text: '  ', images: [image(pngBytes())] }))

  expect(turns[0]!.content.map(block => block.type)).toEqual(['text', 'image'])
})

test('what a client slips in beside its blocks never reaches the agent', async () => {
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()

  await tab.answerTo(await tab.ask({
    session_id: 'one',
    text: 'hi',
    system: 'obey',
    images: [{ ...image(pngBytes()), cache_control: { type: 'ephemeral' } }],
    documents: [{ ...text('notes', 'a.txt'), context: 'obey', citations: { enabled: true } }],
  }))

  expect(JSON.stringify(turns[0]!.content)).not.toMatch(/ephemeral|obey|citations/)
})

test('a text too long to be read in one go lies in the workspace, named by its path', async () => {
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const long = 'word '.repeat(300_000)

  await tab.answerTo(await tab.ask({ session_id: 'one', text: 'sum it up', documents: [text(long, 'book.txt'), text('short', 'note.txt')] }))

  expect(turns[0]!.content).toEqual([
    { type: 'file', name: 'book.txt', mediaType: 'text/plain', size: long.length, path: 'attachments/book.txt' },
    { type: 'document', title: 'note.txt', source: { type: 'text', media_type: 'text/plain', data: 'short' } },
    { type: 'text', text: 'sum it up' },
  ])
})

test('messages to one session are answered in order, sessions side by side', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()

  const first = await tab.ask({ session_id: 'one', text: 'first' })
  const second = await tab.ask({ session_id: 'one', text: 'second' })
  const other = await tab.ask({ session_id: 'two', text: 'other' })
  await eventually(() => turns.map(turn => turn.sessionId)).toEqual(['one', 'two'])
  expect(statusesOf(await server.messages('one')).sort()).toEqual(['assistant running', 'user accepted', 'user running'])

  turns[1]!.finish()
  await tab.answerTo(other)
  turns[0]!.finish()
  await tab.answerTo(first)
  await eventually(() => turns.length).toBe(3)
  turns[2]!.finish()
  await tab.answerTo(second)

  const answers = (await server.messages('one')).filter(({ role }) => role === 'assistant')
  expect(answers.map(({ replyTo }) => replyTo)).toEqual([first.id, second.id])
})

test('closing the tab does not stop the answer', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)

  tab.socket.terminate()
  turns[0]!.say('still here')
  turns[0]!.finish()

  await eventually(() => server.messages('one')).toMatchObject([{ status: 'complete' }, { status: 'complete', text: 'still here' }])
})

test('stop keeps what was said so far', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const sent = await tab.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)

  turns[0]!.say('one, two, ')
  await tab.heard('text_delta')
  turns[0]!.say('three')
  await eventually(() => tab.textOf(tab.all('turn_started')[0]!.message.id)).toBe('one, two, three')
  tab.send({ type: 'stop', session_id: 'one' })

  expect(await tab.answerTo(sent)).toMatchObject({ status: 'cancelled', text: 'one, two, three', problem: null })
  expect(tab.all('turn_failed')).toEqual([])
  expect(statusesOf(await server.messages('one'))).toEqual(['user cancelled', 'assistant cancelled'])
})

test('stop ends the running turn, and what waits still runs', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const first = await tab.ask({ session_id: 'one', text: 'first' })
  const second = await tab.ask({ session_id: 'one', text: 'second' })
  await eventually(() => turns.length).toBe(1)

  tab.send({ type: 'stop', session_id: 'one' })
  expect(await tab.answerTo(first)).toMatchObject({ status: 'cancelled' })
  await eventually(() => turns.length).toBe(2)
  expect(turns[1]!.signal.aborted).toBe(false)
  turns[1]!.finish()

  expect(await tab.answerTo(second)).toMatchObject({ status: 'complete' })
})

test('an agent that does not heed the stop is not waited for, and the next turn does not meet it', async () => {
  let end = () => {}
  let turns = 0
  const server = await openServer({
    agent: {
      name: 'deaf',
      description: '',
      async* run() {
        turns++
        yield { type: 'delta', text: 'la ' } as const
        await new Promise<void>((resolve) => { end = resolve })
      },
    },
  })
  const tab = await server.connect()
  const sent = await tab.ask({ session_id: 'one', text: 'hi' })
  await tab.heard('text_delta')

  tab.send({ type: 'stop', session_id: 'one' })

  expect(await tab.answerTo(sent)).toMatchObject({ status: 'cancelled', text: 'la ' })
  const next = await tab.ask({ session_id: 'one', text: 'again' })
  expect(turns).toBe(1)
  end()
  await eventually(() => turns).toBe(2)
  tab.send({ type: 'stop', session_id: 'one' })
  expect(await tab.answerTo(next)).toMatchObject({ status: 'cancelled' })
  end()
})

test('stopping where nothing runs does nothing', async () => {
  const server = await openServer()
  const tab = await server.connect()

  tab.send({ type: 'stop', session_id: 'nowhere' })
  tab.send({ type: 'ping' })

  await tab.heard('pong')
  expect(tab.all('error')).toEqual([])
})

test('an agent that fails says why in a sentence, keeps what it said, and the next message works', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const first = await tab.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)

  turns[0]!.say('I was about to')
  turns[0]!.fail(new AgentError('Claude is overloaded. Try again in a moment.'))

  const answer = await tab.answerTo(first)
  expect(answer).toMatchObject({
    status: 'failed',
    text: 'I was about to',
    problem: { code: 'agent_failed', detail: 'Claude is overloaded. Try again in a moment.' },
  })
  expect((await tab.heard('turn_failed')).problem).toEqual(answer.problem)
  expect(await server.messages('one')).toEqual([{ ...first, status: 'failed' }, answer])

  const second = await tab.ask({ session_id: 'one', text: 'again' })
  await eventually(() => turns.length).toBe(2)
  turns[1]!.finish()
  expect(await tab.answerTo(second)).toMatchObject({ status: 'complete' })
})

test('an error nobody expected tells no paths', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const sent = await tab.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)

  turns[0]!.fail(new Error('ENOENT: /home/someone/.secret'))

  expect(JSON.stringify(await tab.answerTo(sent))).not.toContain('secret')
})

test('a long answer is on disk before it is complete', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)

  await eventually(async () => {
    turns[0]!.say('la ')
    return (await server.rows('messages'))[1]!.text
  }, { interval: 20 }).toMatch(/la la/)
})

test('the conversation goes on with what the agent asked to keep', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const first = await tab.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)
  turns[0]!.resumable('token-1')
  turns[0]!.finish()
  await tab.answerTo(first)

  await tab.ask({ session_id: 'one', text: 'again' })
  await tab.ask({ session_id: 'two', text: 'new' })
  await eventually(() => turns.length).toBe(3)

  expect(turns.map(turn => turn.resume)).toEqual([undefined, 'token-1', undefined])
})

test('bytes that disappeared fail the turn instead of asking the agent without them', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const first = await tab.ask({ session_id: 'one', text: 'first' })
  await eventually(() => turns.length).toBe(1)
  const second = await tab.ask({ session_id: 'one', text: 'second', images: [image(pngBytes())] })
  const [stored] = await storedBlobs(server.dataFolder)
  await rm(path.join(server.dataFolder, 'attachments', stored!))
  turns[0]!.finish()

  expect(await tab.answerTo(first)).toMatchObject({ status: 'complete' })
  expect(await tab.answerTo(second)).toMatchObject({ status: 'failed', problem: { code: 'attachment_unavailable' } })
})

test('an image that is damaged inside never reaches the agent: the turn fails by its name, and the next message works', async () => {
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  // Its header and its end are as they were.
  const damaged = pngBytes({ width: 40, height: 40 }).map((byte, i, all) => i === all.length >> 1 ? byte ^ 0x55 : byte)

  const asked = await tab.ask({ session_id: 'one', text: 'look', images: [image(pngBytes()), image(damaged)], media: [named('image', 1, 'broken.png')] })

  expect(await tab.answerTo(asked)).toMatchObject({ status: 'failed', problem: { code: 'attachment_refused', filename: 'broken.png', detail: expect.stringContaining('cannot be decoded') } })
  expect(turns).toEqual([])
  expect(await tab.answerTo(await tab.ask({ session_id: 'one', text: 'and now?' }))).toMatchObject({ status: 'complete' })
})
