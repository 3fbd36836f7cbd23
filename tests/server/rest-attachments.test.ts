import { stat } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { AttachmentsPage, MessageAttachments, PostedMessage, SignedLink, UploadsReply } from '../../src/shared/protocol/rest.ts'
import { legacyBytes, wideBytes } from '../helpers/legacyText.ts'
import { pngBytes } from '../helpers/images.ts'
import { ABE, ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const pictures = (count: number) => Array.from({ length: count }, (_, i) => file(`${i}.png`, pngBytes({ seed: i }), 'image/png'))

async function openWithMessage(count = 3) {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  server.as(ANN)
  await server.request('/api/sessions', json({ id: 'one' }))
  const post = async (files = pictures(count)) =>
    (await (await server.request('/api/sessions/one/messages', form({ content: 'look' }, files))).json() as PostedMessage).message
  return { server, post, message: await post() }
}

const withoutKey = (url: string, address: string) => fetch(url + address)

test('a session’s attachments come page by page in the order they were sent, none twice', async () => {
  const { server, post, message } = await openWithMessage(3)
  const later = await post()

  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: AttachmentsPage = await server.json<AttachmentsPage>(`/api/sessions/one/attachments?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.attachments.map(({ id }) => id))
    cursor = page.nextCursor
  }

  expect(seen).toEqual([...message.attachments, ...later.attachments].map(({ id }) => id))
  expect((await server.json<MessageAttachments>(`/api/sessions/one/messages/${later.id}/attachments`)).attachments).toEqual(later.attachments)
  for (const address of ['/api/sessions/none/attachments', '/api/sessions/one/messages/none/attachments', `/api/sessions/none/messages/${later.id}/attachments`])
    expect((await server.request(address)).status, address).toBe(404)
  expect((await server.request('/api/sessions/one/attachments?cursor=nonsense')).status).toBe(400)
})

test('a text that a program sends in an old encoding is stored in UTF-8, read as the app reads it or as the program says', async () => {
  const { server, post } = await openWithMessage()
  const japanese = 'これは日本語のテキストです。'
  const content = async ({ url }: { url: string }) => (await server.request(url)).text()

  const sent = await post([file('sjis.txt', legacyBytes(japanese, 'shift_jis'), 'text/plain'), file('wide.txt', wideBytes('a,b\n1,2\n', 2), 'text/plain')])
  expect(await Promise.all(sent.attachments.map(content))).toEqual([japanese, 'a,b\n1,2\n'])

  const named = { filename: 'one.txt', mimeType: 'text/plain; charset=windows-1251', content: Buffer.of(0xE9).toString('base64') }
  const { message } = await (await server.request('/api/sessions/one/messages', json({ content: 'look', attachments: [named] }))).json() as PostedMessage
  expect(await Promise.all(message.attachments.map(content))).toEqual(['й'])

  const marked = await post([file('excel.csv', Buffer.from('\uFEFFname;città\n'), 'text/csv')])
  expect(marked.attachments).toMatchObject([{ mimeType: 'text/plain', size: Buffer.byteLength('name;città\n') }])
  expect(Buffer.from(await (await server.request(marked.attachments[0]!.url)).arrayBuffer())).toEqual(Buffer.from('name;città\n'))
})

test('a link opens one attachment without a key, for a minute', async () => {
  const { server, message: { attachments: [shot, other] } } = await openWithMessage()

  const { url, expiresAt } = await (await server.request(`${shot!.url}/url`, { method: 'POST' })).json() as SignedLink

  const seconds = (Date.parse(expiresAt) - Date.now()) / 1000
  expect(seconds).toBeGreaterThan(50)
  expect(seconds).toBeLessThanOrEqual(60)
  const opened = await withoutKey(server.url, url)
  expect([opened.status, opened.headers.get('content-type'), opened.headers.get('cache-control')]).toEqual([200, 'image/png', 'private, no-store'])
  const known = await fetch(server.url + url, { headers: { 'if-none-match': opened.headers.get('etag')! } })
  expect([known.status, known.headers.get('cache-control')]).toEqual([304, 'private, no-store'])
  expect(opened.headers.get('content-security-policy')).toBe('sandbox; default-src \'none\'')
  expect(Buffer.from(await opened.arrayBuffer())).toEqual(Buffer.from(pngBytes({ seed: 0 })))
  expect((await withoutKey(server.url, shot!.url)).status).toBe(401)
  expect((await withoutKey(server.url, url.replace(shot!.id, other!.id))).status).toBe(403)
  expect((await withoutKey(server.url, url.replace(/expires=\d+/, 'expires=99999999999999'))).status).toBe(403)
  expect((await withoutKey(server.url, url.replace(/signature=.{4}/, 'signature=AAAA'))).status).toBe(403)
  expect((await fetch(server.url + url, { method: 'DELETE' })).status).toBe(401)
})

test('a link that is over does not work any more, and one can be made to save the file', async () => {
  const { server, message: { attachments: [shot] } } = await openWithMessage()

  const short = await (await server.request(`${shot!.url}/url`, json({ expiresIn: 1 }))).json() as SignedLink
  const saving = await (await server.request(`${shot!.url}/url`, json({ expiresIn: 3600, download: true }))).json() as SignedLink

  await expect.poll(async () => (await withoutKey(server.url, short.url)).status).toBe(403)
  expect((await withoutKey(server.url, saving.url)).headers.get('content-disposition')).toMatch(/^attachment;/)
  expect((await server.request(`${shot!.url}/url`, json({ expiresIn: 86_401 }))).status).toBe(400)
})

test('links outlive a restart, and what signs them is for nobody else’s eyes', async () => {
  const { server, message: { attachments: [shot] } } = await openWithMessage()
  const { url } = await (await server.request(`${shot!.url}/url`, { method: 'POST' })).json() as SignedLink
  await server.close()

  const again = await openServer({ dataFolder: server.dataFolder, apiKeys: TWO_TENANTS })

  expect((await withoutKey(again.url, url)).status).toBe(200)
  expect((await stat(path.join(server.dataFolder, 'links.key'))).mode & 0o777).toBe(0o600)
})

test('a deleted attachment is gone everywhere, and its message names the next one', async () => {
  const { server, message } = await openWithMessage(2)
  const [first, second] = message.attachments
  const tab = await server.connect()
  tab.send({ type: 'subscribe', session_id: 'one' })
  tab.send({ type: 'ping' })
  await tab.heard('pong')

  expect((await server.request(first!.url, { method: 'DELETE' })).status).toBe(204)

  expect((await tab.heard('message_updated')).message).toMatchObject({ id: message.id, attachments: [{ id: second!.id }], attachmentUrl: second!.url, attachmentName: '1.png' })
  expect((await server.request(first!.url)).status).toBe(404)
  expect((await server.request(first!.url, { method: 'DELETE' })).status).toBe(404)
  expect(await server.blobs()).toHaveLength(1)
  expect((await server.messages('one'))[0]!.attachments.map(({ id }) => id)).toEqual([second!.id])

  await server.request(second!.url, { method: 'DELETE' })
  expect((await server.messages('one'))[0]).toMatchObject({ attachments: [], attachmentUrl: null, attachmentType: null, attachmentName: null })
  expect(await server.blobs()).toEqual([])
})

test('an upload that is not wanted after all can be deleted', async () => {
  const { server } = await openWithMessage(0)
  const { uploads: [upload] } = await (await server.request('/api/uploads', form({}, pictures(1)))).json() as UploadsReply

  expect((await server.request(upload!.url, { method: 'DELETE', headers: bearer(ZOE) })).status).toBe(404)
  expect((await server.request(upload!.url, { method: 'DELETE', headers: bearer(ABE) })).status).toBe(204)

  expect([await server.blobs(), await server.rows('uploads')]).toEqual([[], []])
  expect((await server.request('/api/sessions/one/messages', json({ uploadIds: [upload!.id] }))).status).toBe(404)
})
