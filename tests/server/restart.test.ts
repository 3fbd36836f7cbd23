import BetterSqlite from 'better-sqlite3'
import { utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { buildApp } from '../../src/server/app.ts'
import { StartError } from '../../src/server/errors/startError.ts'
import type { UploadsReply } from '../../src/shared/protocol/rest.ts'
import { image, pdf } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { file, form } from '../helpers/rest.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

test('stopping the server keeps what the agent said, and asks what still waits after the next start', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', text: 'first' })
  await tab.ask({ session_id: 'one', text: 'second' })
  await eventually(() => turns.length).toBe(1)
  turns[0]!.say('half an ans')
  await tab.heard('text_delta')

  await server.close()
  const next = instantAgent('Here I am.')
  const again = await openServer({ agent: next.agent, dataFolder: server.dataFolder })

  const statuses = async () => Object.fromEntries((await again.messages('one')).map(message => [message.text, message.status]))
  await eventually(statuses).toEqual({ 'first': 'failed', 'half an ans': 'failed', 'second': 'complete', 'Here I am.': 'complete' })
  expect(next.turns).toHaveLength(1)
})

/** A folder in which the question "second" waits, because the server was stopped while "first" was being answered. */
async function leaveWaiting() {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', text: 'first' })
  await tab.ask({ session_id: 'one', text: 'second' })
  await eventually(() => turns.length).toBe(1)
  await server.close()
  return server.dataFolder
}

test('what comes in the first moment after a start does not overtake what waited, and is asked once', async () => {
  const dataFolder = await leaveWaiting()
  const { agent, turns } = instantAgent()
  const app = await buildApp({ agent, dataFolder })
  onTestFinished(() => app.close())

  const posted = app.inject({ method: 'POST', url: '/api/sessions/one/messages', payload: { content: 'third' } }) // before there is a port
  for (let turn = 0; turn < 3000; turn++) // time enough to accept it, were it not to wait
    await new Promise(resolve => setImmediate(resolve))
  await app.listen({ host: '127.0.0.1', port: 0 })

  expect((await posted).statusCode).toBe(202)
  await eventually(() => turns.map(({ content }) => content.at(-1))).toMatchObject([{ text: 'second' }, { text: 'third' }])
})

test('a session that is deleted in the first moment after a start is gone, and nothing of it is asked afterwards', async () => {
  const dataFolder = await leaveWaiting()
  const { agent, turns } = scriptedAgent()
  const app = await buildApp({ agent, dataFolder })
  onTestFinished(() => app.close())

  const deleted = app.inject({ method: 'DELETE', url: '/api/sessions/one' })
  await app.listen({ host: '127.0.0.1', port: 0 })

  expect((await deleted).statusCode).toBe(204)
  const asked = turns.length
  expect((await app.inject('/api/sessions')).json()).toMatchObject({ sessions: [] })
  expect(turns.length).toBe(asked)
})

test('a server that never got a port lets go of its folder, and what waits is asked by the next one', async () => {
  const dataFolder = await leaveWaiting()
  const { agent } = instantAgent()
  await (await buildApp({ agent, dataFolder })).close()

  const next = instantAgent()
  await openServer({ agent: next.agent, dataFolder })

  await eventually(() => next.turns.length).toBe(1)
})

test('what is accepted while the server stops is answered after the next start, and what is refused is not kept', async () => {
  const { agent } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  for (let i = 0; i < 20; i++)
    tab.send({ type: 'send_message', session_id: `s${i}`, message_id: `m${i}`, text: `message ${i}`, images: [image(pngBytes({ seed: i }))], documents: [] })
  await eventually(() => tab.all('message_accepted').length, { interval: 1 }).toBeGreaterThan(0)
  await server.close()

  const accepted = tab.all('message_accepted').map(frame => frame.message_id)
  const running = tab.all('turn_started').map(frame => frame.message.replyTo)
  const next = instantAgent()
  const again = await openServer({ agent: next.agent, dataFolder: server.dataFolder })
  const users = async () => (await again.rows('messages')).filter(row => row.role === 'user')
  await eventually(async () => (await users()).every(row => row.status === (running.includes(row.id as string) ? 'failed' : 'complete'))).toBe(true)
  expect((await users()).map(row => row.client_message_id).sort()).toEqual(accepted.sort())
  expect(await again.blobs()).toHaveLength(accepted.length)
})

test('the tab hears how its answer ended before the server says goodbye', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const sent = await tab.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)

  await server.close()

  expect(await tab.answerTo(sent)).toMatchObject({ status: 'failed', problem: { code: 'interrupted' } })
})

test('an upload that a crash cut off is cleared away', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', images: [image(pngBytes())] })
  await server.close()
  await writeFile(path.join(server.dataFolder, 'attachments', '.unfinished', 'half'), 'half')

  const again = await openServer({ agent: instantAgent().agent, dataFolder: server.dataFolder })

  expect(await again.blobs()).toHaveLength(1)
})

test('bytes without a message are swept after a day, and no others', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', images: [image(pngBytes())] })
  const [kept] = await server.blobs()
  await server.close()
  const file = (name: string) => path.join(server.dataFolder, 'attachments', name)
  await writeFile(file('orphan-old'), 'x')
  await writeFile(file('orphan-new'), 'x')
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60
  await utimes(file('orphan-old'), twoDaysAgo, twoDaysAgo)
  await utimes(file(kept!), twoDaysAgo, twoDaysAgo)

  const again = await openServer({ agent: instantAgent().agent, dataFolder: server.dataFolder })

  await eventually(async () => (await again.blobs()).sort()).toEqual([kept!, 'orphan-new'].sort())
})

test('a server that runs for days removes orphans, too', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const server = await openServer({ agent: instantAgent().agent })
  const { uploads: [upload] } = await (await server.request('/api/uploads', form({}, [file('a.png', pngBytes())]))).json() as UploadsReply
  const orphan = path.join(server.dataFolder, 'attachments', 'orphan')
  await writeFile(orphan, 'x')
  await utimes(orphan, 1, 1)
  const database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  database.prepare('update uploads set expires_at = ?').run(new Date().toISOString())
  database.close()

  vi.advanceTimersByTime(60 * 60 * 1000)
  await eventually(() => server.rows('uploads')).toEqual([])
  await eventually(() => server.blobs()).toEqual(['orphan'])
  vi.advanceTimersByTime(23 * 60 * 60 * 1000)
  await eventually(() => server.blobs()).toEqual([])
  expect((await server.request(upload!.url)).status).toBe(404)
})

test('a second server on the same folder is refused instead of spoiling the first one’s turns', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const sent = await tab.ask({ session_id: 'one', text: 'hi' })
  await eventually(() => turns.length).toBe(1)

  await expect(openServer({ agent, dataFolder: server.dataFolder })).rejects.toThrow(StartError)

  turns[0]!.finish()
  expect(await tab.answerTo(sent)).toMatchObject({ status: 'complete' })
})

test('a PDF that is being opened when the server stops is not waited for, and its message is not saved', async () => {
  let giveUp: ((error: Error) => void) | undefined
  const server = await openServer({
    pdfs: {
      inspect: () => new Promise((_, reject) => { giveUp = reject }),
      text: async () => '',
      close: async () => giveUp?.(new Error('closing')),
    },
  })
  const tab = await server.connect()
  const answer = tab.say({ session_id: 'one', documents: [pdf(pdfBytes(), 'report.pdf')] })
  await expect.poll(() => giveUp).toBeDefined()

  await server.close()

  expect(await answer).toMatchObject({ type: 'error', problem: { status: 503, code: 'not_checked', filename: 'report.pdf' } })
  expect(await server.rows('messages')).toEqual([])
})
