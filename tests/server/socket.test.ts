import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { LIMITS } from '../../src/shared/attachments.ts'
import { openServer } from '../helpers/openServer.ts'

test.each([
  ['not JSON', 'nonsense', {}],
  ['not an object', '[]', {}],
  ['of an unknown type', { type: 'dance', session_id: 'one', message_id: 'm1' }, { session_id: 'one', message_id: 'm1' }],
  ['with a list that is none', { type: 'send_message', session_id: 'one', message_id: 'm1', text: 'hi', images: 'none' }, { session_id: 'one', message_id: 'm1' }],
  ['without text', { type: 'send_message', session_id: 'one' }, { session_id: 'one' }],
  ['with an id that is a path', { type: 'send_message', session_id: '../../etc', text: 'hi' }, { session_id: '../../etc' }],
  ['with an image by address', { type: 'send_message', session_id: 'one', text: 'hi', images: [{ type: 'image', source: { type: 'url', url: 'http://x/' } }] }, { session_id: 'one' }],
])('a frame %s is answered, and the connection lives on', async (_, frame, ids) => {
  const server = await openServer()
  const tab = await server.connect()

  tab.send(frame)

  expect(await tab.heard('error')).toEqual({
    type: 'error',
    ...ids,
    problem: expect.objectContaining({ status: 400, code: 'invalid_message', requestId: expect.any(String) }),
  })
  tab.send({ type: 'ping' })
  await tab.heard('pong')
  expect(await server.rows('sessions')).toEqual([])
})

test('binary that is not UTF-8 is refused instead of being stored mangled', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const [before, after] = JSON.stringify({ type: 'send_message', session_id: 'one', text: '*' }).split('*')

  tab.socket.send(Buffer.concat([Buffer.from(before!), Buffer.from([0xFF, 0xFE]), Buffer.from(after!)]))

  expect((await tab.heard('error')).problem.code).toBe('invalid_message')
  expect(await server.rows('messages')).toEqual([])
})

test('a frame beyond what is ever read closes the connection with the code that says so', async () => {
  const tab = await (await openServer()).connect()

  tab.socket.send(Buffer.alloc(LIMITS.frameBytes + 1, 0x20))

  const [code] = await once(tab.socket, 'close') as [number]
  expect(code).toBe(1009)
})

/** The status of the reply to an upgrade. */
async function upgradeStatus(url: string, headers: Record<string, string>) {
  const socket = new WebSocket(url.replace('http', 'ws') + '/ws', { headers })
  const status = await Promise.race([
    once(socket, 'open').then(() => 101),
    once(socket, 'unexpected-response').then(([, response]) => (response as { statusCode: number }).statusCode),
  ])
  socket.terminate()
  return status
}

test('a script and the app’s own page may connect; another site’s page may not', async () => {
  const { url } = await openServer()
  const { port } = new URL(url)

  expect(await upgradeStatus(url, {})).toBe(101)
  expect(await upgradeStatus(url, { origin: url })).toBe(101)
  expect(await upgradeStatus(url, { origin: `http://localhost:${port}`, host: `localhost:${port}` })).toBe(101)
  for (const origin of ['http://evil.example', 'null', `http://localhost:${port}`, 'http://127.0.0.1:1', 'nonsense', `http://127.0.0.1.evil.example:${port}`])
    expect(await upgradeStatus(url, { origin }), origin).toBe(403)
})

test('another site’s name cannot be pointed at the server', async () => {
  const { url } = await openServer()
  const { port } = new URL(url)

  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', 'localhost.evil.example'])
    expect(await upgradeStatus(url, { host, origin: `http://${host}` }), host).toBe(403)
})

/** fetch() sets the host itself. */
function statusFor(url: string, path: string, host: string) {
  const { port } = new URL(url)
  return new Promise<{ status: number, type: string | undefined }>((resolve, reject) => {
    const socket = connectTcp(Number(port), '127.0.0.1', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`))
    let reply = ''
    socket.on('data', data => reply += data.toString())
    socket.on('end', () => resolve({ status: Number(reply.split(' ')[1]), type: /content-type: (\S+)/i.exec(reply)?.[1] }))
    socket.on('error', reject)
  })
}

test('REST, too, answers under this machine’s own names only', async () => {
  const { url } = await openServer()
  const { port } = new URL(url)

  for (const path of ['/healthz', '/api/sessions', '/', '/nowhere'])
    expect(await statusFor(url, path, 'evil.example'), path).toEqual({ status: 403, type: 'application/problem+json' })
  for (const host of ['localhost', `LOCALHOST:${port}`, '127.0.0.1:80', `[::1]:${port}`])
    expect(await statusFor(url, '/healthz', host), host).toMatchObject({ status: 200 })
})

test('another site’s page cannot change anything over REST', async () => {
  const server = await openServer()

  const refused = await server.request('/api/sessions', { method: 'POST', headers: { 'origin': 'http://evil.example', 'content-type': 'application/json' }, body: '{}' })
  const allowed = await server.request('/api/sessions', { method: 'POST', headers: { 'origin': server.url, 'content-type': 'application/json' }, body: '{}' })

  expect([refused.status, allowed.status]).toEqual([403, 201])
  expect(await server.sessions()).toHaveLength(1)
})

test('a socket is opened where sockets are, and nowhere else', async () => {
  const server = await openServer()
  const connectTo = (address: string, headers = {}) => new Promise<number>((resolve, reject) => {
    const socket = new WebSocket(server.url.replace('http', 'ws') + address, { headers })
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!))
    socket.on('open', () => reject(new Error(`${address} opened`)))
    socket.on('error', reject)
  })

  expect(await Promise.all(['/', '/api/sessions', '/healthz', '/nowhere', '/ws/more'].map(address => connectTo(address)))).toEqual([404, 404, 404, 404, 404])
  expect(await connectTo('/nowhere', { origin: 'https://evil.example' })).toBe(403)
  expect(server.app.websocketServer.clients.size).toBe(0)
})

test('a handshake that is none is answered with a problem', async () => {
  const server = await openServer()

  for (const headers of [{ 'upgrade': 'h2c' }, { 'upgrade': 'websocket', 'sec-websocket-version': '99' }] as Record<string, string>[]) {
    const response = await new Promise<IncomingMessage>((resolve, reject) => get(`${server.url}/ws`, { headers: { connection: 'Upgrade', ...headers } }, resolve).on('error', reject))
    expect([response.statusCode, response.headers['content-type']]).toEqual([400, 'application/problem+json'])
    response.resume()
  }
})

test('a connection that is half open is ended after two pings; one that only listens is not', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const server = await openServer()
  const [listening, gone] = [await server.connect(), await server.connect({ autoPong: false })]
  const pinged = once(listening.socket, 'ping')
  const ended = once(gone.socket, 'close')

  vi.advanceTimersByTime(30_000)
  await pinged
  listening.send({ type: 'ping' })
  await listening.heard('pong') // behind the answer to the ping
  vi.advanceTimersByTime(30_000)

  expect((await ended)[0]).toBe(1006)
  expect(listening.socket.readyState).toBe(WebSocket.OPEN)
})

test('stopping the server says goodbye to the tabs', async () => {
  const server = await openServer()
  const tab = await server.connect()
  const closed = once(tab.socket, 'close')

  await server.close()

  expect((await closed)[0]).toBe(1001)
})
