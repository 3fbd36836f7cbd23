import { expect, test } from 'vitest'
import { LIMITS } from '../../src/shared/attachments.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { HistoryPage, MessagesPage } from '../../src/shared/protocol/rest.ts'
import { eventually } from '../helpers/eventually.ts'
import { openServer } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const MB = 1024 * 1024

test('a page of very long texts stays small: texts come cut, and whole from their own address; pages together hold every message once', async () => {
  const server = await openServer({ agent: instantAgent('An answer. '.repeat(40_000)).agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  const text = (i: number) => `${i} ${'ä long text '.repeat(70_000)}`.slice(0, 900_000)
  for (let i = 0; i < 14; i++)
    expect((await server.request('/api/sessions/one/messages', json({ content: text(i) }))).status).toBe(202)
  await eventually(async () => (await server.sessions())[0]?.running, { interval: 200 }).toBe(false)

  const seen: Message[] = []
  for (let before = ''; ;) {
    const response = await server.request(`/api/sessions/one/messages?limit=100${before}`)
    const body = await response.text()
    expect(body.length).toBeLessThan(LIMITS.pageBytes * 1.2)
    const page = JSON.parse(body) as MessagesPage
    seen.unshift(...page.messages)
    if (!page.hasMore)
      break
    before = `&before=${page.messages[0]!.sequence}`
  }

  expect(seen.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 28 }, (_, i) => i + 1))
  const first = seen.find(({ role }) => role === 'user')!
  expect(first).toMatchObject({ truncated: true, text: text(0).slice(0, LIMITS.pageTextChars) })
  expect(seen.find(({ role }) => role === 'assistant')).toMatchObject({ truncated: true, parts: [{ type: 'text' }] })
  const whole = await server.json<Message>(`/api/sessions/one/messages/${first.id}`)
  expect(whole.text).toBe(text(0))
  expect(whole.truncated).toBeUndefined()

  const history = await (await server.request('/api/history')).text()
  expect(history.length).toBeLessThan(LIMITS.pageBytes * 1.2)
  expect((JSON.parse(history) as HistoryPage).sessions[0]).toMatchObject({ hasMore: true })
  expect((await server.request('/api/sessions/one/messages/nothing')).status).toBe(404)
})

test('pages forward are bounded, too, and many sessions share one page of the overview', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  for (const id of ['a', 'b', 'c']) {
    await server.request('/api/sessions', json({ id }))
    for (let i = 0; i < 4; i++)
      await server.request(`/api/sessions/${id}/messages`, json({ content: `${i}${'x'.repeat(MB - 1)}` }))
  }
  await eventually(async () => (await server.sessions()).some(({ running }) => running)).toBe(false)

  const page = await server.json<MessagesPage>('/api/sessions/a/messages?after=0&limit=2')
  expect(page.messages.map(({ sequence }) => sequence)).toEqual([1, 2])
  expect(page.hasMore).toBe(true)
  const history = await server.json<HistoryPage>('/api/history')
  expect(history.sessions.map(({ session }) => session.id).sort()).toEqual(['a', 'b', 'c'])
  expect(JSON.stringify(history).length).toBeLessThan(LIMITS.pageBytes * 1.2)
})
