import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { readProxies } from '../../src/server/config/proxies.ts'
import { bearer, openServer, ANN, TWO_TENANTS, type openServer as Open } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { eventually } from '../helpers/eventually.ts'
import { lockDatabase } from '../helpers/lockDatabase.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

type Server = Awaited<ReturnType<typeof Open>>

/** A request whose body never comes: what is answered until the connection is closed. */
function drip({ url }: Server, head: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let said = ''
    socket.write(`${head}\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`)
    socket.on('data', (data: Buffer) => { said += data.toString() })
    socket.on('error', reject)
    socket.on('close', () => resolve(said))
  })
}

test('a body that does not come is not waited for: not a stranger\'s on an open route, not behind a refusal, and for an account longer', async () => {
  const server = await openServer({ apiKeys: TWO_TENANTS, bodyLimits: { strangersMs: 150, accountsMs: 1500 } })
  await server.request('/api/sessions', json({ id: 'one' }, bearer(ANN)))
  const begun = Date.now()

  const [signIn, refused, known] = await Promise.all([
    drip(server, 'POST /api/sign-in HTTP/1.1'),
    drip(server, 'POST /api/sessions/one/messages HTTP/1.1'),
    drip(server, `POST /api/sessions/one/messages HTTP/1.1\r\nAuthorization: Bearer ${ANN}`).then(said => ({ said, after: Date.now() - begun })),
  ])

  expect(signIn).toMatch(/^HTTP\/1.1 408 /)
  expect(refused).toMatch(/^HTTP\/1.1 401 /)
  expect(known.said).toMatch(/^HTTP\/1.1 408 /)
  expect(known.after).toBeGreaterThan(1400)
})

test('a connection on which nothing is asked is ended, whether it says nothing or never finishes; a tab that only listens stays', async () => {
  const server = await openServer({ bodyLimits: { headersMs: 300 } })
  const { hostname, port } = new URL(server.url)
  const tab = await server.connect()
  const until = (said: string, again = '') => new Promise<string>((resolve) => {
    let heard = ''
    const socket = connect(Number(port), hostname, () => socket.write(said))
    const more = setInterval(() => socket.write(again), 50)
    socket.on('data', (data: Buffer) => { heard += data.toString() })
    socket.on('error', () => undefined) // it was ended while more was being said
    socket.on('close', () => {
      clearInterval(more)
      resolve(heard)
    })
  })

  const ended = await Promise.all([until(''), until('GET /healthz HTTP/1.1\r\nHost: loc'), until('GET /healthz HTTP/1.1\r\nHost: localhost\r\n', 'X: y\r\n')])

  for (const said of ended)
    expect(said).toMatch(/^(?:HTTP\/1.1 408 |$)/)
  tab.send({ type: 'ping' })
  await tab.heard('pong')
}, 45_000) // in which Node by itself would end none

test('a database that another program has locked for a moment keeps who writes waiting, and nobody else', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const unlock = await lockDatabase(server.dataFolder)
  let created = false
  const waiting = server.request('/api/sessions', json({ id: 'one' })).then((response) => {
    created = true
    return response.status
  })

  for (let i = 0; i < 5; i++)
    expect((await server.request('/healthz')).status).toBe(200)
  expect(created).toBe(false)
  unlock()

  expect(await waiting).toBe(201)
})

test('where it stays locked, everybody is told within two seconds to try again, however many they are; whoever reads is answered, and what was being said is kept', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  await server.request('/api/sessions/one/messages', json({ content: 'before' }))
  await eventually(() => turns.length).toBe(1)
  const tab = await server.connect()
  const unlock = await lockDatabase(server.dataFolder)
  const begun = Date.now()

  tab.send({ type: 'send_message', message_id: 'm1', session_id: 'two', text: 'hi', images: [], documents: [], media: [] })
  const told = tab.heard('error')
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => server.request('/api/sessions', json({ id: `s${i}` }))))
  turns[0]!.say('said while it was locked')
  turns[0]!.finish()

  expect((await told).problem).toMatchObject({ status: 503, code: 'storage_unavailable', retryAfter: 5 })
  expect(Date.now() - begun).toBeLessThan(4000) // of which one is the patience; the rest is a busy machine's
  expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual(answers.map(() => [503, '5']))
  expect((await server.request('/api/sessions/one')).status).toBe(200)
  unlock()
  await eventually(() => server.messages('one')).toMatchObject([{}, { status: 'complete', text: 'said while it was locked' }])
  expect((await server.request('/api/sessions', json({ id: 's0' }))).status).toBe(201)
})

test('behind a proxy that is believed, wrong keys of one address do not lock out another; who is not believed cannot say to be one', async () => {
  const trusting = await openServer({ apiKeys: TWO_TENANTS, rateLimit: 1000, trustProxy: ['loopback'] })
  const wary = await openServer({ apiKeys: TWO_TENANTS, rateLimit: 1000 })
  const signIn = ({ request }: Server, address: string) => request('/api/sign-in', json({ key: 'a-wrong-key-0000000' }, { 'x-forwarded-for': address }))

  for (const server of [trusting, wary]) {
    for (let i = 0; i < 21; i++)
      await signIn(server, '203.0.113.1')
  }

  expect((await signIn(trusting, '203.0.113.1')).status).toBe(429)
  expect((await signIn(trusting, '203.0.113.2')).status).toBe(401)
  expect((await signIn(wary, '203.0.113.2')).status).toBe(429)
})

test('TRUST_PROXY takes addresses and networks, and says what else it does not take', () => {
  expect(readProxies('10.0.0.1, 10.1.0.0/16,::1, loopback')).toEqual(['10.0.0.1', '10.1.0.0/16', '::1', 'loopback'])
  expect(readProxies(undefined)).toEqual([])
  for (const wrong of ['true', '1', '0.0.0.0/0', '10.0.0.0/33', 'proxy.example'])
    expect(() => readProxies(wrong)).toThrow(/TRUST_PROXY/)
})

test('behind a believed proxy that names the server differently one signs in under the name that the browser knows; who is not believed cannot name it', async () => {
  const trusting = await openServer({ apiKeys: TWO_TENANTS, trustProxy: ['loopback'] })
  const wary = await openServer({ apiKeys: TWO_TENANTS })
  const elsewhere = await openServer({ apiKeys: TWO_TENANTS, trustProxy: ['203.0.113.1'] })
  const signIn = async ({ request }: Server, forwarded: string, origin = 'https://chat.example') => (await request('/api/sign-in', json({ key: ANN }, { origin, 'x-forwarded-host': forwarded }))).status

  expect(await signIn(trusting, 'chat.example')).toBe(200)
  expect(await signIn(trusting, 'other.example')).toBe(403)
  // What stands last was written by the proxy that is believed, what stands before by whoever asked it.
  expect(await signIn(trusting, 'other.example, chat.example')).toBe(200)
  expect(await signIn(trusting, 'chat.example, other.example')).toBe(403)
  expect(await signIn(trusting, 'chat.example', trusting.url)).toBe(403)
  for (const server of [wary, elsewhere]) {
    expect(await signIn(server, 'chat.example')).toBe(403)
    expect(await signIn(server, 'other.example', server.url)).toBe(200)
  }
})

test('without keys a believed proxy\'s name does not count: a page of another site whose name leads here stays out', async () => {
  const server = await openServer({ trustProxy: ['loopback'] })

  expect((await server.request('/api/sessions', json({ id: 'one' }, { 'origin': 'https://other.example', 'x-forwarded-host': 'other.example' }))).status).toBe(403)
})
