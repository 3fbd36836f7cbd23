import Fastify from 'fastify'
import { EventEmitter, once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { createApart } from '../../src/server/queues/apart.ts'
import { createReadingTurns } from '../../src/server/socket/readingTurns.ts'
import { takeRequestsInTurn } from '../../src/server/http/fairness/requestTurns.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

test('of one account four quick requests are worked on at the same time, and the next begins when one of them is answered; another account\'s begin at once', async () => {
  const app = Fastify()
  onTestFinished(() => app.close())
  app.decorateRequest('account')
  app.decorateRequest('identity')
  app.addHook('onRequest', async (request) => {
    request.account = { tenant: 'acme', user: String(request.headers['x-user']) }
    request.identity = { account: request.account, role: 'member', keySha256: '' }
  })
  takeRequestsInTurn(app)
  const begun: { user: string, end: (answer: string) => void }[] = []
  app.get('/', ({ account: { user } }) => new Promise<string>(end => begun.push({ user, end })))
  const ask = (user: string) => app.inject({ url: '/', headers: { 'x-user': user } })
  const of = (user: string) => begun.filter(one => one.user === user)

  const asked = Array.from({ length: 40 }, () => ask('Ann'))
  asked.push(ask('Bob'))
  await expect.poll(() => of('Bob').length).toBe(1)
  expect(of('Ann')).toHaveLength(4)

  of('Ann')[3]?.end('done')
  await expect.poll(() => of('Ann').length).toBe(5)

  for (let ended = 0; ended < 41; ended++) {
    await expect.poll(() => begun.length).toBeGreaterThan(ended)
    begun[ended]?.end('done')
  }
  expect((await Promise.all(asked)).map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 41 }, () => 200))
})

test('what lies ready on two hundred sockets of one account is read a few at a time, another account\'s at once, and all of it in the end', async () => {
  const readInTurn = createReadingTurns()
  const piece = Buffer.alloc(64 * 1024)
  let read = 0

  /** A socket with ten pieces ready, of which it gives one whenever it is read from. */
  function openSocket(account: string) {
    const raw = new EventEmitter()
    let [ready, isRead] = [10, true]
    const rests = readInTurn({ pause() { isRead = false }, resume() { isRead = true } }, raw, account)
    return {
      rests,
      isDone: () => !ready,
      offer() {
        if (!isRead || !ready)
          return false
        ready--
        read += Number(account === 'many')
        raw.emit('data', piece)
        return true
      },
    }
  }

  const many = Array.from({ length: 200 }, () => openSocket('many'))
  const one = openSocket('one')
  many[0]?.rests.begin('another reason')
  for (let turn = 0; !many.slice(1).every(({ isDone }) => isDone()); turn++) {
    const before = read
    many.forEach(socket => socket.offer())
    expect(read - before).toBeLessThan(turn ? 16 : 200) // what is open once gives one piece, and rests
    if (turn < 7)
      expect(one.offer()).toBe(true)
    await nextTurn()
  }
  expect(many[0]?.offer()).toBe(false)
  many[0]?.rests.end('another reason')
  expect(many[0]?.offer()).toBe(true)
})

test('large messages whose turn comes at the same moment are begun in one turn of the event loop each', async () => {
  const apart = createApart()
  let begun = 0
  const all = Array.from({ length: 3 }, () => apart().then(() => { begun++ }))

  for (let turn = 1; turn <= 3; turn++) {
    await nextTurn()
    expect(begun).toBeLessThanOrEqual(turn)
  }
  await Promise.all(all)
})

test('forty sends under one key at the same moment are one message, which is asked once', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  await server.request('/api/sessions', json({ id: 'one' }))

  const sent = await Promise.all(Array.from({ length: 40 }, () => server.request('/api/sessions/one/messages', json({ content: 'hi' }, { 'idempotency-key': 'the-same' }))))

  expect(sent.map(({ status }) => status).filter(status => status !== 202 && status !== 409)).toEqual([])
  expect(sent.some(({ status }) => status === 202)).toBe(true)
  await eventually(() => server.messages('one')).toMatchObject([{ text: 'hi', sequence: 1 }, { role: 'assistant', status: 'complete' }])
})

test('of two hundred sends against a deletion each is taken or told that there is no such session, and nothing of them is left', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  const sends = Array.from({ length: 200 }, (_, i) => server.request('/api/sessions/one/messages', json({ content: `message ${i}` })))
  await Promise.race(sends)

  expect((await server.request('/api/sessions/one', { method: 'DELETE' })).status).toBe(204)

  const statuses = (await Promise.all(sends)).map(({ status }) => status)
  expect(statuses.filter(status => ![202, 404, 409, 410].includes(status))).toEqual([])
  expect((await server.request('/api/sessions/one')).status).toBe(404)
  await eventually(() => server.rows('messages')).toEqual([])
})

test('a message in tens of thousands of pieces ends its own connection, and nobody else is held up', async () => {
  const server = await openServer()
  const { socket } = await server.connect()
  const closed = once(socket, 'close')
  socket.on('error', () => undefined)

  for (let i = 0; i < 40_000; i++)
    socket.send(' ', { fin: false })

  await closed
  expect((await server.request('/healthz')).status).toBe(200)
})
