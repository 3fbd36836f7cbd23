import { fastify, type FastifyReply, type FastifyRequest } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/client.ts'
import { backoff, readRetryAfter } from '../../src/sdk/pauses.ts'
import { SatchelError } from '../../src/sdk/satchelError.ts'

type Answer = (request: FastifyRequest, reply: FastifyReply) => unknown

const accepted: Answer = (_, reply) => reply.code(202).send({ message: { id: 'm' } })
const failing = (status: number, headers: Record<string, string> = {}): Answer => (_, reply) =>
  reply.code(status).headers(headers).type('application/problem+json').send({ type: 'about:blank', title: 'x', status, code: 'a_code', detail: 'A sentence.', requestId: 'r1' })
const hangingUp: Answer = (request, reply) => {
  reply.hijack()
  request.raw.socket.destroy()
}

/** A server that answers as the test says, one answer after the other, and remembers what it was asked. */
async function openFlakyServer(...answers: Answer[]) {
  const app = fastify({ forceCloseConnections: true })
  const asked: { method: string, url: string, key: unknown, body: string }[] = []
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.all('/*', (request, reply) => {
    const body = String(request.body ?? '').replace(/-{4,}[\w-]+/g, '') // a form's boundary is another one each time
    asked.push({ method: request.method, url: request.url, key: request.headers['idempotency-key'], body })
    return answers.length > 1 ? answers.shift()!(request, reply) : answers[0]!(request, reply)
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => app.close())
  return { asked, url, client: createSatchelClient({ baseUrl: url, firstPauseMs: 1 }) }
}

test.each([408, 429, 500, 502, 503, 504])('a send that meets %i is tried again under the same key, with the same body', async (status) => {
  const { client, asked } = await openFlakyServer(failing(status), failing(status), accepted)

  const response = await client.sendMessage('one', 'hello', { attachments: [{ filename: 'a.txt', content: 'text', mimeType: 'text/plain' }] })

  expect(response.status).toBe(202)
  expect(asked).toHaveLength(3)
  expect(asked[0]!.key).toMatch(/^[\w-]{36}$/)
  expect(asked[0]!.body).toContain('filename="a.txt"')
  expect(new Set(asked.map(({ key, body }) => JSON.stringify([key, body]))).size).toBe(1)
})

test('a connection that breaks is one more try, and a key that was given is kept', async () => {
  const { client, asked } = await openFlakyServer(hangingUp, accepted)

  await client.sendMessage('one', 'hello', { idempotencyKey: 'mine' })

  expect(asked.map(({ key }) => key)).toEqual(['mine', 'mine'])
})

test('two messages never share a key', async () => {
  const { client, asked } = await openFlakyServer(accepted)

  await client.sendMessage('one', 'hello')
  await client.sendMessage('one', 'hello')

  expect(asked[0]!.key).not.toBe(asked[1]!.key)
})

test.each([400, 401, 403, 404, 409, 413, 415, 422])('%i is final, and told with all the server said', async (status) => {
  const { client, asked } = await openFlakyServer(failing(status))

  const error = await client.sendMessage('one', 'hello').catch((reason: unknown) => reason)

  expect(error).toBeInstanceOf(SatchelError)
  expect(error).toMatchObject({ status, code: 'a_code', detail: 'A sentence.', message: 'A sentence.', requestId: 'r1', problem: { title: 'x' } })
  expect(asked).toHaveLength(1)
})

test('the first try that is still being worked on is waited for', async () => {
  const busy: Answer = (_, reply) => reply.code(409).send({ code: 'still_under_way', detail: 'Not answered yet.' })
  const { client, asked } = await openFlakyServer(hangingUp, busy, busy, accepted)

  expect((await client.sendMessage('one', 'hello')).status).toBe(202)
  expect(asked).toHaveLength(4)
})

test('it gives up in the end, and says what the last answer was', async () => {
  const { client, asked } = await openFlakyServer(failing(503))

  await expect(client.sendMessage('one', 'hello')).rejects.toMatchObject({ status: 503 })

  expect(asked).toHaveLength(5)
})

/** Begins its answer, and breaks off. */
const breakingOff: Answer = (request, reply) => {
  reply.hijack()
  reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
  reply.raw.write('{"sessions":[', () => request.raw.socket.destroy())
}

test('an answer that breaks off is one more try', async () => {
  const { client, asked } = await openFlakyServer(breakingOff, (_, reply) => reply.send({ sessions: [], nextCursor: null }))

  expect(await client.listSessions()).toEqual({ sessions: [], nextCursor: null })
  expect(asked).toHaveLength(2)
})

test('an answer that always breaks off is a network error', async () => {
  const { client, asked } = await openFlakyServer(breakingOff)

  const error: unknown = await client.listSessions().catch((reason: unknown) => reason)

  expect(error).toBeInstanceOf(SatchelError)
  expect(error).toMatchObject({ status: 0, code: 'network_error' })
  expect(asked).toHaveLength(5)
})

test('a page that somebody else answers with is an error, and is not asked for again', async () => {
  const { client, asked } = await openFlakyServer((_, reply) => reply.type('text/html').send('<h1>Welcome to our network</h1>'))

  await expect(client.getSession('one')).rejects.toMatchObject({ name: 'SatchelError', status: 200, code: 'unknown_error' })
  await expect(client.uploadAttachment({ filename: 'a.png', content: 'x', mimeType: 'image/png' })).rejects.toMatchObject({ name: 'SatchelError', code: 'unknown_error' })
  expect(asked).toHaveLength(2)
})

test('what a lost answer has deleted is deleted; what was never there is an error', async () => {
  const deleted = await openFlakyServer(hangingUp, failing(404))
  const unknown = await openFlakyServer(failing(404))

  await deleted.client.deleteAttachment('a')
  await expect(unknown.client.deleteAttachment('a')).rejects.toMatchObject({ status: 404 })

  expect(deleted.asked).toHaveLength(2)
  expect(unknown.asked).toHaveLength(1)
})

test('a server that asks for an hour is not waited for: whoever called is told', async () => {
  const { client, asked } = await openFlakyServer(failing(429, { 'retry-after': '3600' }))

  await expect(client.sendMessage('one', 'hello')).rejects.toMatchObject({ status: 429, code: 'a_code' })
  expect(asked).toHaveLength(1)
})

test('a server that is not there is a network error', async () => {
  const client = createSatchelClient({ baseUrl: 'http://127.0.0.1:9', firstPauseMs: 1 })

  await expect(client.getSession('one')).rejects.toMatchObject({ name: 'SatchelError', status: 0, code: 'network_error', cause: expect.anything() as unknown })
})

test('a pause is at least as long as the server asks for', async () => {
  const { client, asked } = await openFlakyServer(failing(429, { 'retry-after': '1' }), accepted)
  const before = performance.now()

  await client.sendMessage('one', 'hello')

  expect(performance.now() - before).toBeGreaterThan(990)
  expect(asked).toHaveLength(2)
})

test('pauses grow, up to half a minute, and no two clients take the same', () => {
  const longest = [0, 1, 2, 3, 20].map(tried => Math.max(...Array.from({ length: 1000 }, () => backoff(500, tried))))
  const shortest = [0, 1, 2, 3, 20].map(tried => Math.min(...Array.from({ length: 1000 }, () => backoff(500, tried))))

  longest.forEach((pause, i) => expect(pause).toBeLessThanOrEqual([500, 1000, 2000, 4000, 30_000][i]!))
  shortest.forEach((pause, i) => expect(pause).toBeGreaterThanOrEqual([250, 500, 1000, 2000, 15_000][i]!))
  expect(backoff(500, 3)).not.toBe(backoff(500, 3))
})

test.each([['5', 5000], [' 5 ', 5000], ['0', 0], [null, 0], ['soon', 0], ['Wed, 21 Oct 2015 07:28:30 GMT', 30_000], ['Wed, 21 Oct 2015 07:27:00 GMT', 0]])('Retry-After %j is %i ms', (header, milliseconds) => {
  expect(readRetryAfter(header, Date.parse('Wed, 21 Oct 2015 07:28:00 GMT'))).toBe(milliseconds)
})

test('whoever gives up waits no longer, and hears the own reason', async () => {
  const { client, asked } = await openFlakyServer(failing(429, { 'retry-after': '300' }))
  const abort = new AbortController()
  const sending = client.sendMessage('one', 'hello', { signal: abort.signal })
  await expect.poll(() => asked.length).toBe(1)

  abort.abort(new Error('I left'))

  await expect(sending).rejects.toThrow('I left')
  expect(asked).toHaveLength(1)
})

test('whoever gave up before asks nothing', async () => {
  const { client, asked } = await openFlakyServer(accepted)

  await expect(client.sendMessage('one', 'hello', { signal: AbortSignal.abort(new Error('never mind')) })).rejects.toThrow('never mind')
  expect(asked).toEqual([])
})

test('an upload, which has no key, is not tried twice', async () => {
  const { client, asked } = await openFlakyServer(failing(503))

  await expect(client.uploadAttachment({ filename: 'a.png', content: new Uint8Array(3), mimeType: 'image/png' })).rejects.toMatchObject({ status: 503 })
  expect(asked).toHaveLength(1)
})

test('a new session keeps its id over all tries', async () => {
  const { client, asked } = await openFlakyServer(failing(500), (_, reply) => reply.code(200).send({ id: 'x' }))

  await client.createSession({ title: 'Mine' })

  expect(asked).toHaveLength(2)
  expect(asked[0]!.body).toBe(asked[1]!.body)
  expect(JSON.parse(asked[0]!.body)).toEqual({ id: expect.stringMatching(/^[\w-]{36}$/) as unknown, title: 'Mine' })
})

test('what is not the server’s own answer is still an error with its status', async () => {
  const { client } = await openFlakyServer((_, reply) => reply.code(404).type('text/html').send('<h1>nginx</h1>'))

  await expect(client.getSession('one')).rejects.toMatchObject({ status: 404, code: 'unknown_error', detail: 'The server answered with status 404.' })
})

test('a server below a path, and ids of any kind, are reached', async () => {
  const { url, asked } = await openFlakyServer((_, reply) => reply.send({}))
  const client = createSatchelClient({ baseUrl: `${url}/satchel` })

  await client.getSession('a/b?c#d')
  await client.listSessions({ projectId: 'ä &b', limit: 3 })

  expect(asked.map(request => request.url)).toEqual(['/satchel/api/sessions/a%2Fb%3Fc%23d', '/satchel/api/sessions?projectId=%C3%A4+%26b&limit=3'])
})

/** All that is read of it here. */
const answer = { id: 'answer', parts: [] }

test('a stream that is cut off goes on where it was, and nothing comes twice', async () => {
  const frame = (id: number, event: object) => `id: ${id}\nevent: x\ndata: ${JSON.stringify({ event_id: id, ...event })}\n\n`
  const hello = 'event: message_accepted\ndata: {"type":"message_accepted","message":{"id":"m"}}\n\n'
  const lastIds: unknown[] = []
  const streaming = (text: string, isWhole: boolean): Answer => (request, reply) => {
    lastIds.push(request.headers['last-event-id'])
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.write(text, () => isWhole ? reply.raw.end() : reply.raw.destroy())
  }
  const { client, asked } = await openFlakyServer(
    streaming(hello + frame(5, { type: 'turn_started', message: answer }) + frame(6, { type: 'text_delta', delta: 'Hä' }) + 'id: 7\ndata: {"type":"text_de', false),
    failing(503),
    streaming(hello + frame(7, { type: 'text_delta', delta: 'llo' }), true),
    streaming(hello + frame(8, { type: 'message_completed', message: answer }), true),
  )

  const events: string[] = []
  for await (const event of client.streamMessage('one', 'hello'))
    events.push('delta' in event ? event.delta : event.type)

  expect(events).toEqual(['message_accepted', 'turn_started', 'Hä', 'llo', 'message_completed'])
  expect(lastIds).toEqual([undefined, '6', '7'])
  expect(new Set(asked.map(({ key }) => key)).size).toBe(1)
})

test('a stream that brings nothing any more is a network error in the end', async () => {
  const { client, asked } = await openFlakyServer((_, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.end()
  })

  await expect(client.streamMessage('one', 'hello').next()).rejects.toMatchObject({ code: 'network_error' })
  expect(asked).toHaveLength(3)
})

test('a server that never answers is given up in time, and asked again', async () => {
  const { asked, url } = await openFlakyServer((_, reply) => { reply.hijack() }, (_, reply) => reply.send({ id: 'one' }))
  const client = createSatchelClient({ baseUrl: url, firstPauseMs: 1, timeoutMs: 200 })

  expect(await client.getSession('one')).toEqual({ id: 'one' })
  expect(asked).toHaveLength(2)
})

test('one that begins an answer and never ends it, too; what may not be repeated says that it took too long', async () => {
  const { url } = await openFlakyServer((_, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'application/json' })
    reply.raw.write('{"id":')
  })
  const client = createSatchelClient({ baseUrl: url, retries: 1, firstPauseMs: 1, timeoutMs: 200 })

  await expect(client.getSession('one')).rejects.toMatchObject({ code: 'timeout', status: 0, detail: 'The server did not answer within 0.2 s.' })
  await expect(client.uploadAttachment({ filename: 'a.txt', content: 'a', mimeType: 'text/plain' })).rejects.toMatchObject({ code: 'timeout' })
})

test('an answer whose body the caller reads may take its time', async () => {
  let end = () => {}
  const { url } = await openFlakyServer((_, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'image/png' })
    reply.raw.write('be')
    end = () => reply.raw.end('gun')
  }, (_, reply) => { reply.hijack() })
  const client = createSatchelClient({ baseUrl: url, timeoutMs: 200, retries: 0 })

  const begun = await client.downloadAttachment('one')
  await expect(client.getSession('one')).rejects.toMatchObject({ code: 'timeout' }) // asked later, with the same patience
  end()

  expect(await begun.text()).toBe('begun')
})

test('a stream that falls silent is taken up again where it was', async () => {
  const frame = (id: number, type: string) => `id: ${id}\nevent: x\ndata: ${JSON.stringify({ event_id: id, type, message: answer })}\n\n`
  const streaming = (text: string): Answer => (_, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.raw.write(text)
  }
  const { url, asked } = await openFlakyServer(streaming(frame(1, 'turn_started')), streaming(frame(2, 'message_completed')))
  const client = createSatchelClient({ baseUrl: url, firstPauseMs: 1, timeoutMs: 200 })

  const events: string[] = []
  for await (const event of client.streamMessage('one', 'hello'))
    events.push(event.type)

  expect(events).toEqual(['turn_started', 'message_completed'])
  expect(asked).toHaveLength(2)
})
