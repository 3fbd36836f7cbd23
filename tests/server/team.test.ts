import BetterSqlite from 'better-sqlite3'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Problem } from '../../src/shared/protocol/problem.ts'
import type { HistoryPage } from '../../src/shared/protocol/rest.ts'
import { image, text } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { ABE, ANN, bearer, openServer, temporaryFolder, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'
import { startServer } from '../helpers/serverProcess.ts'

test('who asks too often is told when to go on, and nobody else is', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS, rateLimit: 5 })
  const ask = (key: string) => server.request('/api/me', { headers: bearer(key) })

  for (let i = 0; i < 5; i++)
    expect((await ask(ANN)).status).toBe(200)
  const refused = await ask(ANN)

  expect(refused.status).toBe(429)
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ code: 'too_many_requests', retryAfter: expect.any(Number) })
  expect((await ask(ABE)).status).toBe(200)
  expect((await ask(ZOE)).status).toBe(200)
})

test('over the socket, too, and the message can be sent again afterwards', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS, rateLimit: 3 })
  const tab = await server.connect({ headers: bearer(ANN) })

  const answers = await Promise.all(Array.from({ length: 5 }, (_, i) => tab.say({ session_id: 'one', message_id: `m${i}`, text: `${i}` })))

  expect(answers.map(answer => answer.type)).toEqual(['message_accepted', 'message_accepted', 'message_accepted', 'error', 'error'])
  expect(answers[3]).toMatchObject({ problem: { status: 429, code: 'too_many_requests', retryAfter: expect.any(Number) } })
  expect((await server.rows('messages')).filter(row => row.role === 'user')).toHaveLength(3)
})

test('keys cannot be tried without end on the page where one signs in', async () => {
  const server = await openServer({ apiKeys: TWO_TENANTS, rateLimit: 1200 })
  const statuses = []
  for (let i = 0; i < 22; i++)
    statuses.push((await server.request('/api/sign-in', json({ key: `guess ${i}` }))).status)

  expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401))
  expect(statuses.slice(20)).toEqual([429, 429])
})

test('a tenant has so much room, whichever way its files come, and gets it back by deleting', async () => {
  const shot = pngBytes({ width: 100, height: 100 })
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS, quotaBytes: shot.length * 2 + 100 })
  server.as(ANN)
  await server.request('/api/sessions', json({ id: 'one' }))
  const picture = (seed: number) => file('a.png', pngBytes({ width: 100, height: 100, seed }))
  const post = (seed: number) => server.request('/api/sessions/one/messages', form({ content: 'hi' }, [picture(seed)]))
  const upload = (seed: number) => server.request('/api/uploads', form({}, [picture(seed)]))

  expect((await post(1)).status).toBe(202)
  expect((await upload(2)).status).toBe(201)
  for (const response of [await post(3), await upload(4)]) {
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('3600')
    expect(await response.json() as Problem).toMatchObject({ code: 'quota_exceeded' })
  }
  const tab = await server.connect()
  expect(await tab.say({ session_id: 'one', images: [image(shot)] })).toMatchObject({ problem: { code: 'quota_exceeded' } })
  expect(await tab.say({ session_id: 'one', text: 'words need no room' })).toMatchObject({ type: 'message_accepted' })
  expect(await server.blobs()).toHaveLength(2)

  await server.request('/api/sessions', json({ id: 'theirs' }, bearer(ZOE)))
  expect((await server.request('/api/uploads', { ...form({}, [picture(5)]), headers: bearer(ZOE) })).status).toBe(201)
  await server.request('/api/sessions/one', { method: 'DELETE' })
  expect((await upload(6)).status).toBe(201)
})

test('what comes at the same moment does not pass the limit together', async () => {
  const [first] = Array.from({ length: 6 }, (_, seed) => pngBytes({ width: 100, height: 100, seed }))
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS, quotaBytes: first!.length * 3 })
  server.as(ANN)
  const picture = (seed: number) => file('a.png', pngBytes({ width: 100, height: 100, seed }))
  await Promise.all([1, 2, 3].map(i => server.request('/api/sessions', json({ id: `s${i}` }))))

  const answers = await Promise.all([
    ...[1, 2, 3].map(i => server.request('/api/uploads', form({}, [picture(i)]))),
    ...[1, 2, 3].map(i => server.request(`/api/sessions/s${i}/messages`, form({}, [picture(3 + i)]))),
  ])

  const refused = await Promise.all(answers.filter(({ ok }) => !ok).map(async answer => (await answer.json() as Problem).code))
  expect(refused.length).toBeGreaterThanOrEqual(3)
  expect(new Set(refused)).toEqual(new Set(['quota_exceeded']))
  const stored = [...await server.rows('attachments'), ...await server.rows('uploads')]
  expect(stored).toHaveLength(6 - refused.length)
  expect(await server.blobs()).toHaveLength(stored.length)
  expect((await server.rows('messages')).filter(row => row.role === 'user')).toHaveLength((await server.rows('attachments')).length)
})

test('a session is listed with its last message and the number of its attachments', async () => {
  const server = await openServer({ agent: instantAgent('All\n  done.').agent })
  await server.request('/api/sessions', json({ id: 'empty' }))
  const tab = await server.connect()
  await tab.answerTo(await tab.ask({ session_id: 'one', text: 'look', images: [image(pngBytes()), image(pngBytes({ seed: 2 }))], documents: [text('notes')] }))
  const last = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'and?', images: [image(pngBytes())] }))

  await eventually(() => server.sessions()).toMatchObject([
    { id: 'one', attachmentCount: 4, running: false, lastMessage: { id: last.id, role: 'assistant', status: 'complete', text: 'All done.', createdAt: last.createdAt } },
    { id: 'empty', attachmentCount: 0, lastMessage: null },
  ])
  expect((await tab.heard('session_updated', ({ session }) => session.attachmentCount === 4)).session.lastMessage).not.toBeNull()
})

test('the history comes by session, and by day inside it, where the day is', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  for (const session_id of ['one', 'two', 'three'])
    await tab.answerTo(await tab.ask({ session_id, text: `to ${session_id}` }))
  await tab.answerTo(await tab.ask({ session_id: 'one', text: 'once more' }))
  const database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  database.prepare('update messages set created_at = ? where session_id = ? and sequence <= 2').run('2026-11-20T23:30:00.000Z', 'one')
  database.close()

  const utc = await server.json<HistoryPage>('/api/history?limit=2')
  const next = await server.json<HistoryPage>(`/api/history?limit=2&cursor=${utc.nextCursor}`)
  const berlin = await server.json<HistoryPage>('/api/history?timeZone=Europe/Berlin')

  expect(utc.sessions.map(({ session }) => session.id)).toEqual(['one', 'three'])
  expect(next.sessions.map(({ session }) => session.id)).toEqual(['two'])
  expect(next.nextCursor).toBeNull()
  const daysOfOne = ({ sessions }: HistoryPage) => sessions[0]!.days.map(({ date, messages }) => [date, messages.map(({ sequence }) => sequence)])
  expect(daysOfOne(utc)[0]).toEqual(['2026-11-20', [1, 2]])
  expect(daysOfOne(berlin)[0]).toEqual(['2026-11-21', expect.arrayContaining([1, 2])])
  expect((await server.request('/api/history?timeZone=Nowhere')).status).toBe(400)
})

test('no key is in anything the server prints, whatever it is asked and however much it logs', async () => {
  const dataFolder = await temporaryFolder()
  const secret = 'hunter2-hunter2-hunter2'
  const server = await startServer({ DATA_DIR: dataFolder, API_KEYS: `${secret}:acme:ann`, LOG_LEVEL: 'trace' })
  for (const [address, init] of [
    ['/api/me', { headers: bearer(secret) }],
    ['/api/sign-in', json({ key: secret }, { origin: server.url })],
    ['/api/sign-in', json({ key: `${secret}x` })],
    ['/api/uploads', { ...form({}, [file('a.png', pngBytes())]), headers: bearer(secret) }],
    ['/api/sessions', { method: 'POST', headers: { ...bearer(secret), 'content-type': 'application/json' }, body: '{' }],
    ['/api/nowhere', { headers: { cookie: `satchel_sign_in=${secret}` } }],
  ] as [string, RequestInit][])
    await (await fetch(server.url + address, init)).text()
  await server.kill('SIGTERM')

  expect(server.output()).toContain('Satchel is at')
  expect(server.output()).not.toContain('hunter2')
})
