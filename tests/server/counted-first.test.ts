import { expect, test } from 'vitest'
import { LIMITS } from '../../src/shared/attachments.ts'
import { holdsTooManyValues } from '../../src/server/inspection/counts.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const MESSAGES = '/api/sessions/one/messages'
const invented = (count: number) => Array.from({ length: count }, (_, i) => `invented-${i}`)

async function open() {
  const server = await openServer({ agent: instantAgent().agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  return server
}

test('a list of thousands of ids is refused by its length, in JSON and in a form, and nothing works on behind the answer', async () => {
  const server = await open()
  const begun = process.cpuUsage()

  const asJson = await server.request(MESSAGES, json({ content: 'hi', uploadIds: invented(10_000) }))
  const asForm = await server.request(MESSAGES, form({ content: 'hi', uploadIds: invented(150) }))
  const inOneField = await server.request(MESSAGES, form({ content: 'hi', uploadIds: JSON.stringify(invented(150)) }))

  for (const response of [asJson, asForm, inOneField]) {
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'attachment_refused', detail: expect.stringContaining('100 are possible') })
  }
  expect((await server.request('/healthz')).status).toBe(200)
  const { user } = process.cpuUsage(begun)
  expect(user / 1e6, 'seconds of work').toBeLessThan(5)
})

test('a hundred uploads that are not there are told in one answer', async () => {
  const server = await open()
  const response = await server.request(MESSAGES, json({ uploadIds: invented(LIMITS.attachmentsPerMessage) }))
  expect(response.status).toBe(404)
  expect(await response.json()).toMatchObject({ code: 'upload_not_found', detail: expect.stringContaining('invented-0') })
})

test('JSON that would unfold to millions of lists is refused before it is parsed, over REST and over the socket', async () => {
  const server = await open()
  const lists = `[${'[],'.repeat(300_000)}[]]`

  const response = await server.request(MESSAGES, { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"content":"hi","more":${lists}}` })
  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({ code: 'body_too_large' })

  const tab = await server.connect()
  tab.send(`{"type":"send_message","session_id":"one","text":"hi","images":[],"documents":${lists}}`)
  expect((await tab.heard('error')).problem).toMatchObject({ status: 413, code: 'body_too_large' })
  await tab.ask({ session_id: 'one', text: 'still here' })
})

test('a frame with more documents than are possible says so, with the id of its message', async () => {
  const server = await open()
  const tab = await server.connect()
  const documents = Array.from({ length: 101 }, () => ({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } }))
  expect(await tab.say({ session_id: 'one', text: 'hi', documents, message_id: 'm1' })).toMatchObject({ type: 'error', message_id: 'm1', problem: { status: 413 } })
})

test('values are counted outside of strings, whatever the strings hold', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)
  expect(holdsTooManyValues(bytes(JSON.stringify({ text: ',[{'.repeat(10_000) })), 10)).toBe(false)
  expect(holdsTooManyValues(bytes(JSON.stringify({ text: '\\",[]\\\\"'.repeat(1000) })), 10)).toBe(false)
  expect(holdsTooManyValues(bytes(JSON.stringify(['a\\', ...Array<number>(20).fill(1)])), 10)).toBe(true)
  expect(holdsTooManyValues(bytes('"never closed ,,,,,,,,,,,,,,,'), 10)).toBe(false)
})

test.each(['/api/uploads', '/api/uploads/messageAttachment', MESSAGES])('a form of %s with large fields is refused before they are all held', async (url) => {
  const server = await open()
  const files = [file('a.txt', Buffer.from('hello'))]

  const large = await server.request(url, form({ clientMessageId: 'x'.repeat(20_000) }, files))
  const together = await server.request(url, form(Object.fromEntries(Array.from({ length: 190 }, (_, i) => [`content${i}`, 'x'.repeat(1000)])), files))
  // What is not read any more may break the connection before the answer is heard.
  const huge = await server.request(url, form(Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`more${i}`, 'x'.repeat(2_000_000)])), files))
    .then(({ status }) => status, () => 413)

  expect(await large.json()).toMatchObject({ status: 413, code: 'body_too_large', detail: expect.stringContaining('clientMessageId') })
  expect(together.status).not.toBe(413)
  expect(huge).toBe(413)
})

test('fields that are each as large as one may be are refused together', async () => {
  const server = await open()
  const body = new FormData()
  for (let i = 0; i < 3; i++)
    body.append('content', 'x'.repeat(1_000_000))

  const refused = await server.request(MESSAGES, { method: 'POST', body })

  expect(await refused.json()).toMatchObject({ status: 413, code: 'body_too_large', detail: expect.stringContaining('together') })
})

test('a text of a megabyte is taken, and a longer one is refused with what would work', async () => {
  const server = await open()
  const most = 'x'.repeat(LIMITS.messageTextBytes)

  expect((await server.request(MESSAGES, json({ content: most }))).status).toBe(202)
  expect((await server.request(MESSAGES, form({ content: most }))).status).toBe(202)
  const refused = [
    await server.request(MESSAGES, json({ content: `${most}x` })),
    await server.request(MESSAGES, form({ content: `${most}x` })),
  ]

  for (const response of refused)
    expect(await response.json()).toMatchObject({ status: 413, code: 'text_too_large' })
  const tab = await server.connect()
  expect(await tab.say({ session_id: 'one', text: `${most}ä` })).toMatchObject({ type: 'error', problem: { code: 'text_too_large', detail: expect.stringContaining('text file') } })
  await eventually(async () => expect((await server.messages('one')).filter(({ role }) => role === 'user')).toHaveLength(2))
})
