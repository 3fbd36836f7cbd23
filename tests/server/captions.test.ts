import { expect, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/client.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import { image, named, text } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

async function open() {
  const { agent, turns } = instantAgent()
  const server = await openServer({ agent })
  return { server, turns, tab: await server.connect(), client: createSatchelClient({ baseUrl: server.url, firstPauseMs: 1 }) }
}

const messageOf = async (response: Promise<Response>) => (await (await response).json() as PostedMessage).message

test('what a person says of a picture stands beside it for the agent, in one line, and is kept with it', async () => {
  const { tab, turns, client } = await open()

  await tab.answerTo(await tab.ask({
    session_id: 'one',
    text: '',
    images: [image(pngBytes({ seed: 1 })), image(pngBytes({ seed: 2 }))],
    documents: [text('notes')],
    media: [{ ...named('image', 1, 'b.png'), caption: '  The error\nafter   login ' }, { ...named('image', 0, 'a.png'), caption: ' \n ' }],
  }))

  expect(turns[0]!.content.filter(({ type }) => type === 'text')).toEqual([
    { type: 'text', text: 'Image: b.png\nCaption: The error after login' },
    { type: 'text', text: 'Image: a.png' },
  ])
  const { messages: [message] } = await client.listMessages('one')
  expect(message!.attachments.map(({ filename, caption }) => [filename, caption])).toEqual([['b.png', 'The error after login'], ['a.png', null], ['document-1.txt', null]])
})

test('a caption is no command, however it begins, and no name', async () => {
  const { tab, turns } = await open()

  await tab.answerTo(await tab.ask({ session_id: 'one', text: '', images: [image(pngBytes())], media: [{ ...named('image', 0, 'a.png'), caption: '/clear' }] }))

  expect(turns[0]!.content.at(0)).toEqual({ type: 'text', text: 'Image: a.png\nCaption: /clear' })
  expect(turns[0]!.content.at(-1)).toMatchObject({ type: 'image' })
})

test('the loopback agent says what was said of which picture', async () => {
  const server = await openServer()
  const tab = await server.connect()

  const answer = await tab.answerTo(await tab.ask({
    session_id: 'one', text: '', images: [image(pngBytes({ seed: 1 })), image(pngBytes({ seed: 2 }))],
    media: [{ ...named('image', 0, 'a\nCaption: b.png'), caption: 'The error' }, named('image', 1, 'c.png')],
  }))

  const [first, second] = answer.text.split('\n').filter(line => line.startsWith('- '))
  expect(first).toContain('`a\uFFFDCaption: b.png`')
  expect(first).toMatch(/, with the caption `The error`$/)
  expect(second).not.toContain('caption')
})

test('a caption that is too long keeps its beginning', async () => {
  const { tab, client } = await open()

  await tab.answerTo(await tab.ask({ session_id: 'one', text: '', images: [image(pngBytes())], media: [{ ...named('image', 0, 'a.png'), caption: '😀'.repeat(5000) }] }))

  const { messages: [message] } = await client.listMessages('one')
  expect(Array.from(message!.attachments[0]!.caption!)).toHaveLength(1000)
})

test('a program says it too, in a form or in JSON, of the file that it is meant for', async () => {
  const { server, client } = await open()
  const { id } = await client.createSession()
  const picture = (seed: number) => ({ filename: `${seed}.png`, mimeType: 'image/png', content: pngBytes({ seed }) })

  const first = await messageOf(client.sendMessage(id, 'look', { attachments: [picture(1), { ...picture(2), caption: 'The second' }, picture(3)] }))
  const second = await messageOf(fetch(`${server.url}/api/sessions/${id}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ content: 'and', attachments: [{ filename: 'c.png', mimeType: 'image/png', content: Buffer.from(pngBytes({ seed: 4 })).toString('base64'), caption: 'The fourth' }] }),
  }))

  expect(first.attachments.map(({ caption }) => caption)).toEqual([null, 'The second', null])
  expect(second.attachments[0]!.caption).toBe('The fourth')
})

test('what is attached once more, or asked again, keeps what was said of it', async () => {
  const { client, turns } = await open()
  const { id } = await client.createSession()
  const first = await messageOf(client.sendMessage(id, 'look', { attachments: [{ filename: 'a.png', mimeType: 'image/png', content: pngBytes(), caption: 'Before' }] }))

  const again = await messageOf(client.sendMessage(id, 'and now', { attachmentIds: [first.attachments[0]!.id] }))

  expect(again.attachments[0]!.caption).toBe('Before')
  await eventually(() => turns.length).toBe(2)
  expect(turns[1]!.content[0]).toEqual({ type: 'text', text: 'Image: a.png\nCaption: Before' })
})

test('the same message with another caption is another message', async () => {
  const { tab } = await open()
  const message = { message_id: crypto.randomUUID(), session_id: 'one', text: 'look', images: [image(pngBytes())] }
  const media = named('image', 0, 'a.png')

  await tab.ask({ ...message, media: [{ ...media, caption: 'one' }] })

  await expect(tab.ask({ ...message, media: [{ ...media, caption: 'other' }] })).rejects.toThrow('Another message was already sent under this id')
})
