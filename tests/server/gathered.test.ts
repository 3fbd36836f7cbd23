import BetterSqlite from 'better-sqlite3'
import { request } from 'node:http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createGathering } from '../../src/server/events/gathering.ts'
import { onWhoseBehalf } from '../../src/server/identity/onBehalf.ts'
import type { Session } from '../../src/shared/protocol/session.ts'
import { ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const times = <Item>(count: number, make: (i: number) => Item) => Array.from({ length: count }, (_, i) => make(i))
/** How often something may be told meanwhile: at once, ten times in a second, and at last. */
const seldom = (begun: number) => 3 + (performance.now() - begun) / 100
const change = (body: object) => json(body, {}, 'PATCH')

test('a thousand changes of one thing are told twice, of two things each twice; what cannot be told is logged, and the next is told', async () => {
  const errors: unknown[] = []
  const gathering = createGathering({ error: (error: unknown) => void errors.push(error) }, 300)
  const told: string[] = []
  const tell = (key: string, word: string) => gathering.tell(key, async () => void told.push(word))

  times(1000, i => void tell('one', `one ${i}`))
  times(1000, i => void tell('two', `two ${i}`))
  expect(told).toEqual(['one 0', 'two 0'])
  await expect.poll(() => told).toEqual(['one 0', 'two 0', 'one 999', 'two 999'])

  await gathering.tell('three', () => Promise.reject(new Error('away')))
  expect(errors).toHaveLength(1)
  void tell('three', 'three')
  await expect.poll(() => told.at(-1)).toBe('three')

  void tell('three', 'never')
  await gathering.close()
  await tell('four', 'never')
  expect(told.at(-1)).toBe('three')
})

test('two hundred changes of a session at one moment are told a few times: the first at once, the last as it is then, and each who made one hears theirs', async () => {
  const server = await openServer()
  await server.request('/api/sessions', json({ id: 'one' }))
  const [tab, other] = [await server.connect(), await server.connect()]

  const begun = performance.now()
  await server.request('/api/sessions/one', change({ title: 'first' }))
  await tab.heard('session_updated', ({ session }) => session.title === 'first')
  const titles = times(200, i => `title ${i}`)
  const answers = await Promise.all(titles.map(async title => (await (await server.request('/api/sessions/one', change({ title }))).json()) as Session))
  await server.request('/api/sessions/one', change({ title: 'last' }))

  expect(answers.map(({ title }) => title)).toEqual(titles)
  for (const connection of [tab, other]) {
    await connection.heard('session_updated', ({ session }) => session.title === 'last')
    expect(connection.all('session_updated').length).toBeLessThan(seldom(begun))
  }
})

test('marks that change again and again are told to a person’s devices a few times, and the last as they are then', async () => {
  const server = await openServer()
  await server.request('/api/sessions', json({ id: 'one' }))
  const tab = await server.connect()

  const begun = performance.now()
  await Promise.all(times(200, i => server.request('/api/sessions/one', change({ pinned: i % 2 === 0 }))))
  await server.request('/api/sessions/one', change({ pinned: true, archived: true }))

  await tab.heard('session_marked', ({ pinned, archived }) => pinned && archived)
  expect(tab.all('session_marked').length).toBeLessThan(seldom(begun))
})

test('nothing is told of a session behind its deletion, however often it changed just before', async () => {
  const server = await openServer()
  await server.request('/api/sessions', json({ id: 'one' }))
  const tab = await server.connect()

  await Promise.all(times(20, i => server.request('/api/sessions/one', change({ title: `title ${i}` }))))
  await server.request('/api/sessions/one', { method: 'DELETE' })
  await tab.heard('session_deleted')
  await server.request('/api/sessions', json({ id: 'two' }))
  await server.request('/api/sessions/two', change({ title: 'told later than what was gathered' }))
  await tab.heard('session_updated', ({ session }) => session.title.startsWith('told later'))

  const types = tab.frames.filter(frame => 'session_id' in frame && frame.session_id === 'one').map(({ type }) => type)
  expect(types.at(-1)).toBe('session_deleted')
})

test('who asks behind a thousand requests of another account does not wait for all of them', async () => {
  const server = await openServer({ apiKeys: TWO_TENANTS })
  let answered = 0
  const many = times(1000, async (i) => {
    await (await server.request(`/api/sessions?limit=${1 + i % 100}`, { headers: bearer(ANN) })).text()
    answered++
  })
  await Promise.race(many)

  expect((await server.request('/api/sessions', { headers: bearer(ZOE) })).status).toBe(200)

  expect(answered).toBeLessThan(700)
  await Promise.all(many)
  expect(answered).toBe(1000)
})

test.each(['over REST', 'over a socket'])('a message %s and its answer are written in the turn of their tenant, not in that of the server itself', async (way) => {
  const prepare = BetterSqlite.prototype.prepare
  const writers: string[] = []
  const spy = vi.spyOn(BetterSqlite.prototype, 'prepare').mockImplementation(function (this: BetterSqlite.Database, sql: string) {
    if (sql.startsWith('insert into "messages"'))
      writers.push(onWhoseBehalf())
    return prepare.call(this, sql)
  })
  onTestFinished(() => spy.mockRestore())
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  server.as(ANN)
  const ann = await server.connect()

  if (way === 'over REST') {
    ann.send({ type: 'subscribe', session_id: 'one' })
    await server.request('/api/sessions', json({ id: 'one' }))
    await server.request('/api/sessions/one/messages', json({ content: 'hi' }))
  }
  else {
    await ann.ask({ session_id: 'one', text: 'hi' })
  }
  await ann.heard('message_completed')

  expect(writers).toEqual(['acme', 'acme'])
})

test('of one account sixteen messages are taken in at the same time, and neither its other requests nor other accounts wait for that', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  for (const key of [ANN, ZOE])
    await server.request('/api/sessions', json({ id: 'one' }, bearer(key)))
  const address = '/api/sessions/one/messages'
  let begun = 0
  server.app.server.on('request', () => begun++)
  const slow = times(16, () => request(server.url + address, { method: 'POST', headers: { ...bearer(ANN), 'content-type': 'application/json', 'content-length': 1000 } }).on('error', () => undefined))
  slow.forEach(sent => sent.write('{"content":"slow'))
  await expect.poll(() => begun).toBe(16)
  let isAnswered = false
  const seventeenth = server.request(address, json({ content: 'hi' }, bearer(ANN))).then(({ status }) => {
    isAnswered = true
    return status
  })

  for (let i = 0; i < 3; i++) {
    expect((await server.request('/api/sessions', { headers: bearer(ANN) })).status).toBe(200)
    expect((await server.request(address, json({ content: 'hi' }, bearer(ZOE)))).status).toBe(202)
  }
  expect(isAnswered).toBe(false)
  slow[0]?.destroy()
  expect(await seventeenth).toBe(202)
  slow.forEach(sent => sent.destroy())
})

test('a request whose connection is closed before its turn gives its place to the next', async () => {
  const server = await openServer()
  const given = times(200, () => {
    const controller = new AbortController()
    const asked = server.request('/api/sessions', { signal: controller.signal }).catch(() => undefined)
    setTimeout(() => controller.abort(), 5)
    return asked
  })
  await Promise.all(given)

  expect((await Promise.all(times(40, () => server.request('/api/sessions')))).map(({ status }) => status)).toEqual(times(40, () => 200))
})
