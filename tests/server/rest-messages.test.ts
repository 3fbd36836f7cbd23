import { createHash } from 'node:crypto'
import { request as rawRequest } from 'node:http'
import { expect, test } from 'vitest'
import { LIMITS } from '../../src/shared/attachments.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Problem } from '../../src/shared/protocol/problem.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import type { Session } from '../../src/shared/protocol/session.ts'
import { image, named, pdf, text } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { jpegBytes, pdfBytes, pngBytes } from '../helpers/images.ts'
import { openServer } from '../helpers/openServer.ts'
import { base64, file, form, json, readEvents, type StreamedEvent } from '../helpers/rest.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

const MESSAGES = '/api/sessions/one/messages'

async function openWithSession(agent = instantAgent().agent) {
  const server = await openServer({ agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  const post = async (init: RequestInit) => {
    const response = await server.request(MESSAGES, init)
    return { status: response.status, headers: response.headers, body: await response.json() as PostedMessage & Problem }
  }
  return { ...server, post }
}

const shot = pngBytes({ width: 30, height: 20 })
const words = (content: string) => new TextEncoder().encode(content)

test('as a form, as JSON or over the socket: the same message becomes the same rows', async () => {
  const server = await openWithSession()
  for (const id of ['two', 'three'])
    await server.request('/api/sessions', json({ id }))
  const files = [file('shot.png', shot, 'image/png'), file('photo', jpegBytes(), 'application/octet-stream'), file('report.pdf', pdfBytes(), 'application/pdf'), file('größe.md', words('\uFEFFgrüße'), 'text/markdown')]

  const asForm = await server.request(MESSAGES, form({ content: 'look' }, files, { 'idempotency-key': 'k1' }))
  const asJson = await server.request('/api/sessions/two/messages', json({
    content: 'look',
    clientMessageId: 'k1',
    attachments: files.map(({ name, bytes, type }) => ({ filename: name, mimeType: type, content: base64(bytes) })),
  }))
  const tab = await server.connect()
  await tab.ask({
    session_id: 'three', message_id: 'k1', text: 'look',
    images: [image(shot), image(jpegBytes(), 'image/jpeg')],
    documents: [pdf(pdfBytes()), text('grüße')],
    media: files.map(({ name }, i) => named(i < 2 ? 'image' : 'document', i % 2, name)),
  })

  expect([asForm.status, asJson.status]).toEqual([202, 202])
  const UNIQUE = ['id', 'session_id', 'message_id', 'storage_path', 'created_at', 'attachment_url', 'content', 'sequence', 'status', 'workspace_path']
  const plain = (row: Record<string, unknown>) => Object.fromEntries(Object.entries(row).filter(([name]) => !UNIQUE.includes(name)))
  for (const table of ['messages', 'attachments'] as const) {
    const rowsOf = async (session: string) => (await server.rows(table)).filter(row => row.session_id === session && row.role !== 'assistant').map(plain)
    expect((await rowsOf('one')).length).toBeGreaterThan(0)
    expect((await rowsOf('two')), table).toEqual((await rowsOf('one')))
    expect((await rowsOf('three')), table).toEqual((await rowsOf('one')))
  }
  const { message } = await asForm.json() as PostedMessage
  expect(message).toMatchObject({ clientMessageId: 'k1', attachmentName: 'shot.png', attachmentType: 'image/png', attachmentUrl: message.attachments[0]!.url })
  expect(message.attachments.map(({ filename, mimeType }) => `${filename} ${mimeType}`)).toEqual(['shot.png image/png', 'photo image/jpeg', 'report.pdf application/pdf', 'größe.md text/plain'])
  const stored = await server.request(message.attachments[0]!.url)
  expect(createHash('sha256').update(Buffer.from(await stored.arrayBuffer())).digest('hex')).toBe(createHash('sha256').update(shot).digest('hex'))
})

test('a message without attachments says so with nulls', async () => {
  const server = await openWithSession()

  const { body } = await server.post(json({ content: 'hi' }))

  expect(body.message).toMatchObject({ text: 'hi', attachments: [], attachmentUrl: null, attachmentType: null, attachmentName: null, status: 'accepted' })
})

test('names of any kind arrive as they were', async () => {
  const server = await openWithSession()
  const names = ['../../escape.png', 'C:\\Windows\\x.png', 'say "hi"\r\n.png', '文件 🎉.png', 'gnp.\u202Egnp.exe', '100% sure.png']

  const asForm = await server.post(form({ content: '' }, names.map((name, i) => file(name, pngBytes({ seed: i }), 'image/png'))))
  const asJson = await server.post(json({ attachments: [...names, 'nul\0byte.png'].map((filename, i) => ({ filename, mimeType: 'image/png', content: base64(pngBytes({ seed: i })) })) }))

  expect(asForm.body.message.attachments.map(({ filename }) => filename)).toEqual(names)
  expect(asJson.body.message.attachments.map(({ filename }) => filename)).toEqual([...names, 'nul\0byte.png'])
})

test('a session that is not there takes no message', async () => {
  const server = await openWithSession()

  for (const init of [json({ content: 'hi' }), form({ content: 'hi' }, [file('a.png', shot, 'image/png')])])
    expect((await server.request('/api/sessions/none/messages', init)).status).toBe(404)
  expect(await server.rows('sessions')).toHaveLength(1)
  expect(await server.blobs()).toEqual([])
})

test.each<[string, RequestInit, number, string]>([
  ['an empty message', json({}), 400, 'empty_message'],
  ['an empty form', form({ content: ' ' }), 400, 'empty_message'],
  ['a body of another shape', json({ content: 7 }), 400, 'invalid_request'],
  ['a body of another kind', { method: 'POST', body: 'hi', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
  ['no body at all', { method: 'POST' }, 415, 'unsupported_media_type'],
  ['two keys that differ', json({ content: 'hi', clientMessageId: 'a' }, { 'idempotency-key': 'b' }), 422, 'idempotency_mismatch'],
  ['a key that is none', json({ content: 'hi' }, { 'idempotency-key': '' }), 400, 'invalid_request'],
  ['a key that is too long', json({ content: 'hi' }, { 'idempotency-key': 'x'.repeat(256) }), 400, 'invalid_request'],
  ['what is not base64', json({ attachments: [{ filename: 'a.png', mimeType: 'image/png', content: '???' }] }), 422, 'attachment_refused'],
  ['an empty file', form({}, [file('a.png', new Uint8Array(), 'image/png')]), 422, 'attachment_refused'],
  ['a text that calls itself an image', form({}, [file('a.png', words('hi'), 'image/png')]), 415, 'attachment_refused'],
  ['a text that is called like one', form({}, [file('a.png', words('hi'))]), 415, 'attachment_refused'],
  ['an image that calls itself a PDF', form({}, [file('a.pdf', shot, 'application/pdf')]), 415, 'attachment_refused'],
  ['a HEIC', form({}, [file('a.heic', Buffer.from('....ftypheic'), 'image/heic')]), 415, 'attachment_refused'],
  ['a program', form({}, [file('a.bin', new Uint8Array([0x7F, 0x45, 0x4C, 0x46, 0, 0]))]), 415, 'attachment_refused'],
  ['a damaged image', form({}, [file('a.png', shot.slice(0, 40), 'image/png')]), 422, 'attachment_refused'],
  ['an upload that is not there', json({ content: 'hi', uploadIds: ['nothing'] }), 404, 'upload_not_found'],
])('%s is refused with a problem that says why, and nothing is kept', async (_what, init, status, code) => {
  const { agent, turns } = instantAgent()
  const server = await openWithSession(agent)

  const answer = await server.post(init)

  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.body).toMatchObject({ status, code, detail: expect.stringMatching(/\.$/), requestId: expect.any(String) })
  expect([await server.rows('messages'), await server.blobs(), turns]).toEqual([[], [], []])
})

test('a file of exactly the limit passes, and one byte more does not', async () => {
  const server = await openWithSession()
  const notes = (size: number) => Buffer.alloc(size, 'x')

  for (const [size, status] of [[10_485_760, 202], [10_485_761, 413]] as const) {
    expect((await server.post(form({}, [file('notes.txt', notes(size), 'text/plain')]))).status, `form ${size}`).toBe(status)
    expect((await server.post(json({ attachments: [{ filename: 'notes.txt', mimeType: 'text/plain', content: base64(notes(size)) }] }))).status, `json ${size}`).toBe(status)
  }
})

test('what is larger than the agent can be told is named to it, whichever form it came in, and a picture is reduced', async () => {
  const { agent, turns } = instantAgent()
  const server = await openWithSession(agent)
  const notes = file('notes.txt', Buffer.alloc(6_000_000, 'x'), 'text/plain')
  const report = file('report.pdf', Buffer.concat([pdfBytes(), Buffer.alloc(6_000_000)]), 'application/pdf')
  const photo = file('photo.png', pngBytes({ width: 1600, height: 1400 }), 'image/png')
  expect(photo.bytes.length).toBeGreaterThan(LIMITS.fileBytes)

  for (const [i, init] of [form({}, [photo, notes, report]), json({ attachments: [photo, notes, report].map(({ name, bytes, type }) => ({ filename: name, mimeType: type, content: base64(bytes) })) })].entries()) {
    const { status, body: { message } } = await server.post(init)
    expect(status).toBe(202)
    expect(message.attachments.map(({ filename, size }) => [filename, size])).toEqual([photo, notes, report].map(({ name, bytes }) => [name, bytes.length]))
    await eventually(() => turns.length).toBe(i + 1)
    expect(turns[i]!.content).toMatchObject([
      { type: 'text', text: 'Image: photo.png' },
      { type: 'image' },
      { type: 'file', name: 'notes.txt', size: 6_000_000, path: expect.stringMatching(/^attachments\/notes/) },
      { type: 'file', name: 'report.pdf', size: report.bytes.length },
    ])
    const image = turns[i]!.content[1]!
    expect(image.type === 'image' && image.source.data.length).toBeLessThanOrEqual(LIMITS.reducedImageBytes / 3 * 4)
  }
})

test('a message larger than a message may be is refused in either form', async () => {
  const server = await openWithSession()
  const files = Array.from({ length: 6 }, (_, i) => file(`notes ${i}.txt`, Buffer.alloc(4 * 1024 * 1024, 'x'), 'text/plain'))

  const asForm = await server.post(form({}, files))
  const asJson = await server.post(json({ attachments: files.map(({ name, bytes }) => ({ filename: name, content: base64(bytes) })) }))

  expect([asForm, asJson].map(({ status, body }) => [status, body.code])).toEqual([[413, 'message_too_large'], [413, 'message_too_large']])
})

test('the same key with the same body is answered like the first time, while the turn runs and after it', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openWithSession(agent)
  const send = (content: string, key = 'k1') => server.post(json({ content }, { 'idempotency-key': `"${key}"` }))

  const first = await send('once')
  await eventually(() => turns.length).toBe(1)
  const during = await send('once')
  turns[0]!.finish()
  await eventually(() => server.messages('one')).toMatchObject([{ status: 'complete' }, { status: 'complete' }])
  const after = await send('once')
  const other = await send('twice')
  const inBody = await server.post(json({ content: 'once', clientMessageId: 'k1' }))

  expect([first, during, after, inBody].map(({ status }) => status)).toEqual([202, 202, 202, 202])
  expect(new Set([first, during, after, inBody].map(({ body }) => body.message.id)).size).toBe(1)
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_mismatch' } })
  expect(turns).toHaveLength(1)
})

test('the same key ten times at once is one message and one turn', async () => {
  const { agent, turns } = instantAgent()
  const server = await openWithSession(agent)
  const message = () => form({ content: 'once' }, [file('shot.png', shot, 'image/png')], { 'idempotency-key': 'k1' })

  const answers = await Promise.all(Array.from({ length: 10 }, () => server.post(message())))
  await eventually(() => server.messages('one')).toMatchObject([{ role: 'user', status: 'complete' }, { role: 'assistant' }])

  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 202))
  expect(new Set(answers.map(({ body }) => body.message.id)).size).toBe(1)
  expect(turns).toHaveLength(1)
  expect(await server.rows('attachments')).toHaveLength(1)
  expect(await server.blobs()).toHaveLength(1)
})

test('while the first request under a key is not even read, a second one is told to wait', async () => {
  const server = await openWithSession()
  const first = rawRequest(server.url + MESSAGES, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x', 'idempotency-key': 'k1' } })
  const answered = new Promise<number>(resolve => first.on('response', response => resolve(response.statusCode!)))
  first.write('--x\r\nContent-Disposition: form-data; name="content"\r\n\r\nslow')

  const second = await server.post(json({ content: 'slow' }, { 'idempotency-key': 'k1' }))
  first.end(' one\r\n--x--\r\n')

  expect(second).toMatchObject({ status: 409, body: { code: 'still_under_way', retryAfter: 1 } })
  expect(second.headers.get('retry-after')).toBe('1')
  expect(await answered).toBe(202)
  expect((await server.post(json({ content: 'slow one' }, { 'idempotency-key': 'k1' }))).status).toBe(202)
  expect((await server.rows('messages')).filter(row => row.role === 'user')).toHaveLength(1)
})

test('fifty sends at once to one session all get a place, without a gap', async () => {
  const server = await openWithSession()

  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => server.post(i % 2
    ? json({ content: `message ${i}` })
    : form({ content: `message ${i}` }, [file('a.png', pngBytes({ seed: i }), 'image/png')]))))
  await eventually(async () => (await server.rows('messages')).filter(row => row.status === 'complete').length).toBe(100)

  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202))
  expect((await server.rows('messages')).map(row => row.sequence as number).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
})

// ---- As a stream ----------------------------------------------------------------------------------

const streamed = (init: RequestInit, more: Record<string, string> = {}): RequestInit =>
  ({ ...init, headers: { ...init.headers as Record<string, string>, ...more, accept: 'text/event-stream' } })

const deltas = (events: readonly StreamedEvent[]) => events.filter(({ event }) => event === 'text_delta').map(({ data }) => (data as unknown as { delta: string }).delta).join('')
const messageOf = ({ data }: StreamedEvent) => (data as unknown as { message: Message }).message

async function all(response: Response) {
  const events: StreamedEvent[] = []
  for await (const event of readEvents(response))
    events.push(event)
  return events
}

test('a message can be answered with its turn as it happens, and with no other', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openWithSession(agent)
  await server.post(json({ content: 'before' }))
  await eventually(() => turns.length).toBe(1)

  const response = await server.request(MESSAGES, streamed(json({ content: 'hi' })))
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const reading = all(response)
  turns[0]!.say('not for you')
  turns[0]!.finish()
  await eventually(() => turns.length).toBe(2)
  turns[1]!.say('Hello ')
  turns[1]!.say('there.')
  turns[1]!.finish()
  const events = await reading

  expect(events.map(({ event }) => event).filter((event, i, list) => event !== list[i - 1])).toEqual(['message_accepted', 'turn_started', 'part_added', 'text_delta', 'message_completed'])
  expect(messageOf(events[0]!).text).toBe('hi')
  expect(deltas(events)).toBe('Hello there.')
  expect(messageOf(events.at(-1)!)).toMatchObject({ status: 'complete', text: 'Hello there.', replyTo: messageOf(events[0]!).id })
  const ids = events.slice(1).map(({ id }) => id!)
  expect(ids).toEqual([...ids].sort((a, b) => a - b))
})

test('a turn that fails is told as such, and ends the stream', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openWithSession(agent)
  const response = await server.request(MESSAGES, streamed(json({ content: 'hi' }, { 'idempotency-key': 'k1' })))
  await eventually(() => turns.length).toBe(1)
  turns[0]!.fail(new Error('secret inside'))

  const events = await all(response)
  const later = await all(await server.request(MESSAGES, streamed(json({ content: 'hi' }, { 'idempotency-key': 'k1' }))))

  expect(events.map(({ event }) => event)).toEqual(['message_accepted', 'turn_started', 'turn_failed', 'message_completed'])
  expect(later.map(({ event }) => event)).toEqual(['message_accepted', 'turn_failed', 'message_completed'])
  expect(JSON.stringify([events, later])).not.toContain('secret')
})

test('who leaves in the middle does not stop the turn, and who comes back gets the rest without losing or doubling a word', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openWithSession(agent)
  const message = () => json({ content: 'hi' }, { 'idempotency-key': 'k1' })
  const leaving = new AbortController()
  const first = await server.request(MESSAGES, { ...streamed(message()), signal: leaving.signal })
  await eventually(() => turns.length).toBe(1)
  const spoken = Array.from({ length: 60 }, (_, i) => `word${i} `)

  turns[0]!.say(spoken.slice(0, 20).join(''))
  const heard: StreamedEvent[] = []
  for await (const event of readEvents(first)) {
    heard.push(event)
    if (event.event === 'text_delta')
      break
  }
  leaving.abort()
  for (const word of spoken.slice(20, 40))
    turns[0]!.say(word)
  const resumed = await server.request(MESSAGES, streamed(message(), { 'last-event-id': String(heard.at(-1)!.id) }))
  const anew = await server.request(MESSAGES, streamed(message()))
  const reading = Promise.all([all(resumed), all(anew)])
  for (const word of spoken.slice(40))
    turns[0]!.say(word)
  turns[0]!.finish()
  const [rest, whole] = await reading

  expect(deltas(heard) + deltas(rest!)).toBe(spoken.join(''))
  expect(rest![0]).toMatchObject({ event: 'message_accepted', data: { replayed: true } })
  const start = whole!.find(({ event }) => event === 'turn_started')!
  expect(messageOf(start).text + deltas(whole!)).toBe(spoken.join(''))
  expect(messageOf(whole!.at(-1)!)).toMatchObject({ status: 'complete', text: spoken.join('') })
  expect(turns).toHaveLength(1)
})

test('a stream that is asked for after the turn holds the whole answer', async () => {
  const server = await openWithSession()
  const message = () => json({ content: 'hi' }, { 'idempotency-key': 'k1' })
  await server.post(message())
  await eventually(() => server.messages('one')).toMatchObject([{}, { status: 'complete' }])

  const events = await all(await server.request(MESSAGES, streamed(message())))

  expect(events.map(({ event }) => event)).toEqual(['message_accepted', 'message_completed'])
  expect(messageOf(events[1]!).text).toBe('Done.')
})

test('what is refused is a problem, also where a stream was asked for', async () => {
  const server = await openWithSession()

  const response = await server.request(MESSAGES, streamed(json({})))

  expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json'])
})

test('a stream ends when its session is deleted, and when the server stops', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openWithSession(agent)
  await server.request('/api/sessions', json({ id: 'two' }) )
  const deleted = all(await server.request(MESSAGES, streamed(json({ content: 'hi' }))))
  const stopped = all(await server.request('/api/sessions/two/messages', streamed(json({ content: 'hi' }))))
  const waiting = all(await server.request('/api/sessions/two/messages', streamed(json({ content: 'and then?' }))))
  await eventually(() => turns.length).toBe(2)

  await server.request('/api/sessions/one', { method: 'DELETE' })
  expect((await deleted).at(-1)!.event).toMatch(/message_completed|session_deleted/)
  await server.close()

  expect(messageOf((await stopped).at(-1)!)).toMatchObject({ status: 'failed', problem: { code: 'interrupted' } })
  expect((await waiting).map(({ event }) => event)).toEqual(['message_accepted'])
})

test('a stream that nobody reads does not fill the server’s memory', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openWithSession(agent)
  const reader = await server.connect()
  reader.send({ type: 'subscribe', session_id: 'one' })
  const slow = await server.request(MESSAGES, streamed(json({ content: 'hi' })))
  await eventually(() => turns.length).toBe(1)
  for (let i = 0; i < 40; i++) {
    turns[0]!.say('x'.repeat(1024 * 1024))
    await reader.heard('text_delta', () => reader.all('text_delta').length > i)
  }
  turns[0]!.finish()

  const events = await all(slow)

  expect(events.at(-1)!.event).toBe('resync_required')
  expect(deltas(events).length).toBeLessThan(24 * 1024 * 1024)
  expect((await server.json<Session>('/api/sessions/one')).id).toBe('one')
})
