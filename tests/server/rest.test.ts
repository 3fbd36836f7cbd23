import BetterSqlite from 'better-sqlite3'
import { access, rm } from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import { LIMITS } from '../../src/shared/attachments.ts'
import type { Problem } from '../../src/shared/protocol/problem.ts'
import type { MessagesPage, SessionsPage } from '../../src/shared/protocol/rest.ts'
import type { Session } from '../../src/shared/protocol/session.ts'
import { image } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { json } from '../helpers/rest.ts'
import { openServer } from '../helpers/openServer.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

const withBody = (method: string, body: unknown): RequestInit =>
  ({ method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

test('the server says that it lives, that it is ready, and how large things may be', async () => {
  const server = await openServer()

  expect(await server.json('/healthz')).toEqual({ status: 'ok' })
  expect(await server.json('/readyz')).toEqual({ status: 'ready', store: 'ready' })
  expect(await server.json('/api/limits')).toEqual(LIMITS)
})

test('a session can be made, found, renamed and made again without harm', async () => {
  const server = await openServer()

  const made = await server.request('/api/sessions', withBody('POST', { id: 'one', projectId: 'shop', title: '  The   shop ' }))
  const again = await server.request('/api/sessions', withBody('POST', { id: 'one', title: 'Another' }))
  const renamed = await server.request('/api/sessions/one', withBody('PATCH', { title: 'x'.repeat(300) }))

  const session = await made.json() as Session
  expect([made.status, again.status, renamed.status]).toEqual([201, 200, 200])
  expect(session).toMatchObject({ id: 'one', projectId: 'shop', title: 'The shop', running: false })
  expect(await again.json()).toEqual(session)
  expect(await server.json('/api/sessions/one')).toMatchObject({ title: 'x'.repeat(LIMITS.sessionTitleChars) })
})

test('a session without a title gets one from its first message', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  await server.request('/api/sessions', withBody('POST', { id: 'one' }))
  expect(await server.sessions()).toMatchObject([{ title: 'Untitled' }])

  const tab = await server.connect()
  await tab.ask({ session_id: 'one', text: 'What is this?' })

  expect(await server.sessions()).toMatchObject([{ title: 'What is this?' }])
})

test('a title that was made from a message holds its words, not its Markdown', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()

  await tab.ask({ session_id: 'one', text: '```js\nrun(1)\n```' })
  await tab.ask({ session_id: 'two', text: 'The **first chart** is wrong' })

  expect((await server.sessions()).map(({ title }) => title).sort()).toEqual(['The first chart is wrong', 'run(1)'])
})

test('every tab hears of a new title', async () => {
  const server = await openServer()
  await server.request('/api/sessions', withBody('POST', { id: 'one' }))
  const tab = await server.connect()

  await server.request('/api/sessions/one', withBody('PATCH', { title: 'Mine' }))

  expect((await tab.heard('session_updated')).session).toMatchObject({ id: 'one', title: 'Mine' })
})

test('sessions are listed newest first, page by page, none twice', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  for (let i = 0; i < 7; i++)
    await tab.ask({ session_id: `s${i}`, text: 'hi', project_id: i % 2 ? 'odd' : 'even' })
  await tab.answerTo(await tab.ask({ session_id: 's2', text: 'newest' }))

  expect((await server.json<SessionsPage>('/api/sessions')).sessions[0]!.id).toBe('s2')
  const database = new BetterSqlite(path.join(server.dataFolder, 'satchel.sqlite'))
  database.prepare('update sessions set updated_at = ? where id <> ?').run('2026-01-01T00:00:00.000Z', 's2') // all in the same moment
  database.close()

  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: SessionsPage = await server.json<SessionsPage>(`/api/sessions?limit=3${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.sessions.map(({ id }) => id))
    cursor = page.nextCursor
  }

  expect(seen).toHaveLength(7)
  expect(new Set(seen).size).toBe(7)
  expect(seen[0]).toBe('s2')
  expect((await server.json<SessionsPage>('/api/sessions?projectId=odd')).sessions.map(({ id }) => id).sort()).toEqual(['s1', 's3', 's5'])
})

test('the history comes newest page first, and every page before and after', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  for (let i = 0; i < 5; i++)
    await tab.answerTo(await tab.ask({ session_id: 'one', text: `message ${i}` }))
  const page = (query: string) => server.json<MessagesPage>(`/api/sessions/one/messages${query}`)
  const sequences = ({ messages, hasMore }: MessagesPage) => [messages.map(({ sequence }) => sequence), hasMore]

  expect(sequences(await page(''))).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], false])
  expect(sequences(await page('?limit=4'))).toEqual([[7, 8, 9, 10], true])
  expect(sequences(await page('?limit=4&before=7'))).toEqual([[3, 4, 5, 6], true])
  expect(sequences(await page('?limit=4&before=3'))).toEqual([[1, 2], false])
  expect(sequences(await page('?limit=4&after=3'))).toEqual([[4, 5, 6, 7], true])
  expect(sequences(await page('?limit=4&after=8'))).toEqual([[9, 10], false])
  expect(sequences(await page('?limit=10'))).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], false])
})

test('deleting a session removes its messages, files and folder, and tells every tab', async () => {
  const server = await openServer()
  const tab = await server.connect()
  await tab.answerTo(await tab.ask({ session_id: 'one', images: [image(pngBytes())] }))
  const kept = await tab.ask({ session_id: 'two', images: [image(pngBytes())] })
  await tab.answerTo(kept)
  await access(path.join(server.dataFolder, 'workspaces', 'one', 'attachments', 'image-1.png'))

  expect((await server.request('/api/sessions/one', { method: 'DELETE' })).status).toBe(204)

  await tab.heard('session_deleted', frame => frame.session_id === 'one')
  expect((await server.rows('messages')).map(row => row.session_id)).toEqual(['two', 'two'])
  expect(await server.blobs()).toEqual((await server.rows('attachments')).filter(row => row.id === kept.attachments[0]!.id).map(row => row.storage_path))
  await expect(access(path.join(server.dataFolder, 'workspaces', 'one'))).rejects.toThrow()
  expect((await server.request('/api/sessions/one')).status).toBe(404)
  expect((await server.request('/api/sessions/one', { method: 'DELETE' })).status).toBe(404)
})

test('deleting a session stops its running turn and forgets what waits', async () => {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', text: 'first' })
  await tab.ask({ session_id: 'one', text: 'second' })
  await eventually(() => turns.length).toBe(1)

  expect((await server.request('/api/sessions/one', { method: 'DELETE' })).status).toBe(204)

  expect(turns[0]!.signal.aborted).toBe(true)
  expect(turns).toHaveLength(1)
  expect(await server.rows('messages')).toEqual([])
})

test.each<[string, RequestInit | undefined, number, string]>([
  ['/api/nowhere', undefined, 404, 'not_found'],
  ['/api', undefined, 404, 'not_found'],
  ['/nowhere', undefined, 404, 'not_found'],
  ['/api/sessions/none', undefined, 404, 'not_found'],
  ['/api/sessions/none', withBody('PATCH', { title: 'x' }), 404, 'not_found'],
  ['/api/sessions/none/messages', undefined, 404, 'not_found'],
  ['/api/sessions', { method: 'PUT' }, 405, 'method_not_allowed'],
  ['/api/sessions/one/messages', { method: 'DELETE' }, 405, 'method_not_allowed'],
  ['/api/sessions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }, 400, 'invalid_json'],
  ['/api/sessions', { method: 'POST', headers: { 'content-type': 'application/json' } }, 400, 'invalid_json'],
  ['/api/sessions', { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'a,b' }, 415, 'unsupported_media_type'],
  ['/api/sessions', withBody('POST', { id: '../x' }), 400, 'invalid_request'],
  ['/api/sessions', withBody('POST', { title: ' ' }), 400, 'invalid_request'],
  ['/api/sessions', withBody('POST', 'x'.repeat(2_000_000)), 413, 'body_too_large'],
  ['/api/sessions/one', withBody('PATCH', { title: ' \n ' }), 400, 'invalid_request'],
  ['/api/sessions/one', withBody('PATCH', {}), 400, 'invalid_request'],
  ['/api/sessions?limit=0', undefined, 400, 'invalid_request'],
  ['/api/sessions?limit=101', undefined, 400, 'invalid_request'],
  ['/api/sessions?cursor=nonsense', undefined, 400, 'invalid_request'],
  ['/api/sessions?cursor=bnVsbA', undefined, 400, 'invalid_request'],
  ['/api/sessions/one/messages?before=x', undefined, 400, 'invalid_request'],
  ['/api/sessions/one/messages?before=3&after=1', undefined, 400, 'invalid_request'],
  ['/%zz', undefined, 400, 'invalid_request'],
  ['/ws', undefined, 426, 'upgrade_required'],
])('%s %o is refused with a problem that says why', async (address, init, status, code) => {
  const server = await openServer()
  await server.request('/api/sessions', withBody('POST', { id: 'one' }))

  const response = await server.request(address, init)

  const body = await response.json() as Problem
  expect(body).toMatchObject({ status, code, title: expect.any(String), detail: expect.stringMatching(/\.$/), requestId: expect.any(String) })
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts|\/tmp|at \w+ \(/)
})

test.each([
  ['what is not even HTTP', 'HELLO\r\n\r\n', 400],
  ['headers that never end', `GET /healthz HTTP/1.1\r\nX-Long: ${'x'.repeat(100_000)}`, 431],
])('%s is answered with a problem, too', async (_what, sent, status) => {
  const server = await openServer()
  const reply = await new Promise<string>((resolve, reject) => {
    const socket = connectTcp(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(sent))
    socket.on('data', data => resolve(data.toString()))
    socket.on('error', reject)
  })

  const [head, body] = reply.split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(head).toContain('application/problem+json')
  expect(JSON.parse(body!)).toMatchObject({ status, code: 'invalid_request', detail: expect.stringMatching(/\.$/), requestId: expect.any(String) })
})

test('what does not fit is told in one sentence with one full stop', async () => {
  const server = await openServer()
  await server.request('/api/sessions', json({ id: 'one' }))
  const { detail } = await (await server.request('/api/sessions/one', json({}, {}, 'PATCH'))).json() as { detail: string }

  expect(detail).toMatch(/Say what is to be changed: .*unread\.$/)
  expect(detail).not.toContain('..')
})

test('a store that is gone is told beside what still works, and without where it was', async () => {
  const server = await openServer()
  await rm(path.join(server.dataFolder, 'attachments'), { recursive: true })

  const response = await server.request('/readyz')

  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status: 'ready', store: 'away' })
  expect((await server.request('/api/sessions', json({ id: 'one' }))).status).toBe(201)
  expect((await server.request('/api/sessions/one/messages', json({ content: 'without files' }))).status).toBe(202)
})
