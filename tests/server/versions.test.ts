import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/satchel.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import { image, text } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { rememberingAgent } from '../helpers/rememberingAgent.ts'
import { json } from '../helpers/rest.ts'

async function open() {
  const server = await openServer({ agent: rememberingAgent })
  const tab = await server.connect()
  const say = async (text: string, more: object = {}) => {
    const asked = await tab.ask({ session_id: 'one', text, ...more })
    return { asked, answer: await tab.answerTo(asked) }
  }
  const shown = async () => (await server.messages('one')).map(({ text }) => text)
  const choose = (id: string) => server.request('/api/sessions/one', json({ branch: id }, {}, 'PATCH'))
  const find = async (id: string): Promise<Message | undefined> => (await server.messages('one')).find(message => message.id === id)
  return { server, tab, say, shown, choose, find }
}

test('editing a message begins a version: what came after is kept, and can be gone back to', async () => {
  const { server, tab, say, shown, choose, find } = await open()
  await say('a')
  const { asked: b } = await say('b', { images: [image(pngBytes())] })
  const { asked: c } = await say('c')

  const { asked: other, answer } = await say('B', { replaces: b.id, attachment_ids: [b.attachments[0]!.id] })

  expect(answer.text).toBe('a > B')
  expect(other).toMatchObject({ branch: { index: 2, count: 2, previousId: b.id, nextId: null }, attachments: [{ sha256: b.attachments[0]!.sha256 }] })
  expect(await shown()).toEqual(['a', 'a', 'B', 'a > B'])
  expect((await tab.heard('branch_changed')).message_id).toBe(other.id)
  await say('D')

  expect((await choose(b.id)).status).toBe(200)
  expect(await shown()).toEqual(['a', 'a', 'b', 'a > b', 'c', 'a > b > c'])
  expect(await find(b.id)).toMatchObject({ branch: { index: 1, count: 2, previousId: null, nextId: other.id } })
  expect(await find(c.id)).toMatchObject({ branch: { index: 1, count: 1 } })
  expect((await server.sessions())[0]!.lastMessage!.text).toBe('a > b > c')
  expect((await say('e')).answer.text).toBe('a > b > c > e')

  await choose(other.id)
  expect(await shown()).toEqual(['a', 'a', 'B', 'a > B', 'D', 'a > B > D'])
  expect((await server.sessions())[0]!.mediaCount).toBe(1)
})

test('which version is shown outlasts the server', async () => {
  const { server, say, choose } = await open()
  const { asked } = await say('a')
  await say('A', { replaces: asked.id })
  await choose(asked.id)
  await server.close()

  const again = await openServer({ agent: rememberingAgent, dataFolder: server.dataFolder })

  expect((await again.messages('one')).map(({ text }) => text)).toEqual(['a', 'a'])
})

test('asking the same again is a version of its own', async () => {
  const { server, tab, say, shown } = await open()
  await say('a')
  const { asked, answer } = await say('b', { images: [image(pngBytes())] })

  const response = await server.request(`/api/sessions/one/messages/${answer.id}/retry`, { method: 'POST' })
  const { message } = await response.json() as PostedMessage
  await tab.answerTo(message)
  const third = await (await server.request(`/api/sessions/one/messages/${asked.id}/retry`, { method: 'POST' })).json() as PostedMessage
  await tab.answerTo(third.message)

  expect([response.status, message]).toMatchObject([202, { text: 'b', branch: { index: 2, count: 2, previousId: asked.id }, attachments: [{ filename: asked.attachments[0]!.filename }] }])
  expect(third.message.branch).toEqual({ index: 3, count: 3, previousId: message.id, nextId: null })
  expect(await shown()).toEqual(['a', 'a', 'b', 'a > b'])
})

test('the first message has versions, too, and begins without what the agent remembers', async () => {
  const { say, shown } = await open()
  const { asked } = await say('a')
  await say('b')

  expect((await say('A', { replaces: asked.id })).answer.text).toBe('A')
  expect(await shown()).toEqual(['A', 'A'])
})

test('no version is begun or chosen while the agent is at work, and none that is not there', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const first = await tab.ask({ session_id: 'one', text: 'a' })
  await tab.answerTo(first)
  const second = await tab.ask({ session_id: 'one', text: 'A', replaces: first.id })
  await tab.answerTo(second)
  await eventually(async () => (await server.sessions())[0]!.running).toBe(false)
  const running = await tab.ask({ session_id: 'one', text: '/slow 999' })

  expect(await tab.say({ session_id: 'one', text: 'x', replaces: second.id })).toMatchObject({ type: 'error', problem: { status: 409, code: 'turn_running' } })
  expect((await server.request('/api/sessions/one', json({ branch: first.id }, {}, 'PATCH'))).status).toBe(409)
  expect(await tab.say({ session_id: 'one', text: 'x', replaces: 'nothing' })).toMatchObject({ type: 'error', problem: { status: 404 } })
  tab.send({ type: 'stop', session_id: 'one' })
  expect((await tab.answerTo(running)).status).toBe('cancelled')
})

test('a version can begin with the files as they were: later ones are gone from the folder, earlier ones are back, and nothing stored is lost', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const folder = path.join(server.dataFolder, 'workspaces', 'files')
  const say = async (text: string, more: object = {}) => {
    const asked = await tab.ask({ session_id: 'files', text, ...more })
    return { asked, answer: await tab.answerTo(asked) }
  }
  const lies = async () => (await readdir(folder, { recursive: true, withFileTypes: true })).flatMap(entry => entry.isFile() ? [entry.name] : []).sort()
  await say('/write a.txt one\n/write sub/b.txt bee', { documents: [text('notes', 'notes.txt')] })
  const { asked: second, answer: later } = await say('/edit a.txt one => two\n/write late.txt late', { documents: [text('more', 'more.txt')] })

  const { answer } = await say('/read a.txt', { replaces: second.id, restore_files: true })

  expect(answer.parts).toMatchObject([{ type: 'notice', code: 'restored' }, { type: 'tool', status: 'done', output: { text: 'one\n' } }])
  expect(await lies()).toEqual(['a.txt', 'b.txt', 'notes.txt'])
  expect(answer.attachments).toEqual([])
  expect(await (await server.request(later.attachments.find(({ filename }) => filename === 'late.txt')!.url)).text()).toBe('late\n')

  const plain = await say('/read a.txt', { replaces: second.id })
  expect(plain.answer.parts).toMatchObject([{ type: 'tool', output: { text: 'one\n' } }])
  const satchel = createSatchelClient({ baseUrl: server.url })
  await say('/write own.txt own')
  for await (const { type } of satchel.streamMessage('files', 'and now', { replaces: second.id, restoreFiles: true }))
    expect(type).not.toBe('turn_failed')
  expect(await lies()).toEqual(['a.txt', 'b.txt', 'notes.txt'])
})
