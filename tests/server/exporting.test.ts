import JSZip from 'jszip'
import MarkdownIt from 'markdown-it'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { markdownOf, pathOfFile } from '../../src/server/exports/markdown.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Session } from '../../src/shared/protocol/session.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

async function open() {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  server.as(ANN)
  const export_ = (format: string, headers = {}) => server.request(`/api/sessions/plans/export?format=${format}`, { headers })
  const unzip = async () => JSZip.loadAsync(await (await export_('markdown')).arrayBuffer())
  await server.request('/api/sessions', json({ id: 'plans', title: 'Plans: for/2027' }))
  return { ...server, export_, unzip }
}

test('a conversation is taken away as Markdown with its files, byte for byte, whatever they are called', async () => {
  const server = await open()
  const picture = pngBytes()
  await server.request('/api/sessions/plans/messages', form({ content: 'see *these* two' }, [file('../../etc/a (1).png', picture), file('a.txt', Buffer.from('one')), file('a.txt', Buffer.from('two'))]))
  await eventually(() => server.messages('plans')).toMatchObject([{}, { status: 'complete' }])
  const [asked, answer] = await server.messages('plans')

  const response = await server.export_('markdown')
  expect(response.headers.get('content-disposition')).toContain('attachment; filename="Plans_ for_2027.zip"')
  const zip = await server.unzip()
  const names = Object.keys(zip.files)
  expect(names[0]).toBe('conversation.md')
  expect(names).toHaveLength(4)
  expect(names.filter(name => /(?:^|\/)\.\.(?:\/|$)|^\/|\\/.test(name))).toEqual([])
  expect(Buffer.from(await zip.file(names[1]!)!.async('uint8array')).equals(picture)).toBe(true)
  expect(await Promise.all(names.slice(2).map(name => zip.file(name)!.async('string')))).toEqual(['one', 'two'])

  const text = await zip.file('conversation.md')!.async('string')
  expect(text).toContain('# Plans: for/2027')
  for (const part of ['see *these* two', answer!.text])
    expect(text).toContain(part)
  const linked = [...text.matchAll(/\]\((files\/[^)]+)\)/g)].map(([, address]) => decodeURIComponent(address!))
  expect(linked).toEqual(names.slice(1))
  expect(asked!.attachments).toHaveLength(3)
})

test('the files of a conversation that is taken away end in what they are, and are listed in their order', () => {
  const message = { sequence: 12 } as Message
  expect(pathOfFile(message, 0, { filename: 'iphone.HEIC', mimeType: 'image/jpeg' })).toBe('files/0012-01-iphone.HEIC.jpg')
  expect(pathOfFile(message, 9, { filename: 'shot.JPEG', mimeType: 'image/jpeg' })).toBe('files/0012-10-shot.JPEG')
  expect(pathOfFile(message, 1, { filename: 'notes.md', mimeType: 'text/plain' })).toBe('files/0012-02-notes.md')
})

test('a conversation that is taken away as Markdown names each step of the agent where it stood', () => {
  const parts = [{ type: 'thinking', id: 'a', text: 'hm' }, { type: 'text', id: 'b', text: 'First *this*' }, { type: 'tool', id: 'c', title: 'Write made_.txt' }, { type: 'question', id: 'q', questions: [{ question: 'Which one?' }, { question: 'constructor' }], answers: { 'Which one?': ['A', 'B_'] } }, { type: 'permission', id: 'p', title: 'Run it', status: 'denied' }, { type: 'text', id: 'd', text: 'Done' }]
  const text = markdownOf({ role: 'assistant', text: 'First *this*Done', parts, attachments: [], createdAt: '2026-11-20T08:00:00.000Z', problem: null, author: null } as unknown as Message)
  expect(text).toContain('\n*Thought*\n\nFirst *this*\n\n*Write made\\_.txt*\n\n*Which one?* A, B\\_\n\n*constructor*\n\n*Run it: denied*\n\nDone\n')
})

test('a conversation is taken away as JSON, long ones whole and in their order', async () => {
  const server = await open()
  const long = 'lorem ipsum '.repeat(30_000)
  await server.request('/api/sessions/plans/messages', json({ content: long }))
  for (let i = 0; i < 30; i++)
    await server.request('/api/sessions/plans/messages', json({ content: `number ${i}` }))
  await eventually(async () => (await server.messages('plans')).filter(({ status }) => status === 'complete').length).toBeGreaterThan(49)
  await eventually(async () => (await server.sessions())[0]?.running).toBe(false)

  const { session, messages } = await (await server.export_('json')).json() as { session: Session, messages: Message[] }

  expect(session.title).toBe('Plans: for/2027')
  expect(messages.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 62 }, (_, i) => i + 1))
  expect(messages[0]!.text).toBe(long)
})

test('nobody of another tenant takes a conversation away, and a file whose bytes are gone costs no other one', async () => {
  const server = await open()
  await server.request('/api/sessions/plans/messages', form({ content: 'two' }, [file('gone.txt', Buffer.from('gone')), file('kept.txt', Buffer.from('kept'))]))
  await eventually(() => server.messages('plans')).toMatchObject([{}, { status: 'complete' }])

  for (const format of ['markdown', 'json'])
    expect((await server.export_(format, bearer(ZOE))).status).toBe(404)
  const stored = (await server.rows('attachments')).find(row => row.filename === 'gone.txt')!
  await rm(path.join(server.dataFolder, 'attachments', String(stored.storage_path)))
  const zip = await server.unzip()
  expect(Object.keys(zip.files).slice(1)).toEqual(['files/0001-01-gone.txt is not on the server any more', 'files/0001-02-kept.txt'])
})

test.each([
  ['open code', 'look at this:\n```js\nconst a = 1', 'const a = 1'],
  ['open code with marks in it', '~~~~\n~~~\n``` x', '~~~'],
  ['a comment of HTML', 'before\n\n<!-- all', '&lt;!-- all'],
  ['a script', '  <SCRIPT>\nall', '&lt;SCRIPT&gt;'],
])('what stands below a message is read as it is where a message ends in %s', (_, text, said) => {
  const message = (words: string) => ({ role: 'user', text: words, parts: [], attachments: [], createdAt: '2026-11-20T08:00:00.000Z', problem: null, author: null }) as unknown as Message
  const page = new MarkdownIt({ html: true }).render(markdownOf(message(text)) + markdownOf(message('*next* <https://example.org>')))

  expect(page).toContain(said)
  expect(page).toContain('<em>next</em> <a href="https://example.org">')
  expect(page.match(/<hr>/g)).toHaveLength(2)
})

test('code that is whole is taken away as it was written', () => {
  const text = 'see\n```html\n<div>\n```\nand `<b>`'
  expect(markdownOf({ role: 'user', text, parts: [], attachments: [], createdAt: '2026-11-20T08:00:00.000Z', problem: null, author: null } as unknown as Message)).toContain(text)
})
