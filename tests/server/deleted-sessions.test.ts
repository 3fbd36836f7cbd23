import { expect, test } from 'vitest'
import type { Problem } from '../../src/shared/protocol/problem.ts'
import { image } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const GONE = { status: 410, code: 'session_deleted' }

async function openWithDeleted() {
  const { agent } = instantAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  await tab.answerTo(await tab.ask({ message_id: 'first', session_id: 'one', text: 'hello' }))
  expect((await server.request('/api/sessions/one', { method: 'DELETE' })).status).toBe(204)
  return { server, tab }
}

test('nothing makes a deleted session anew: no message that waited, the first one again neither, no program', async () => {
  const { server, tab } = await openWithDeleted()

  expect(await tab.say({ session_id: 'one', text: 'late', images: [image(pngBytes())] })).toMatchObject({ type: 'error', problem: GONE })
  expect(await tab.say({ message_id: 'first', session_id: 'one', text: 'hello' })).toMatchObject({ type: 'error', message_id: 'first', problem: GONE })
  const made = await server.request('/api/sessions', json({ id: 'one' }))
  expect([made.status, await made.json() as Problem]).toMatchObject([410, GONE])
  const posted = await server.request('/api/sessions/one/messages', json({ content: 'late' }))
  expect([posted.status, await posted.json() as Problem]).toMatchObject([404, { code: 'session_deleted' }])

  expect(await server.rows('sessions')).toEqual([])
  expect(await server.rows('messages')).toEqual([])
  expect(await server.blobs()).toEqual([])
})

test('a session that was deleted can be told from one that never was, also after a restart', async () => {
  const { server } = await openWithDeleted()
  await server.close()
  const again = await openServer({ agent: instantAgent().agent, dataFolder: server.dataFolder })
  const problemOf = async (address: string) => await (await again.request(address)).json() as Problem

  expect(await Promise.all(['/api/sessions/one', '/api/sessions/one/messages', '/api/sessions/other'].map(problemOf))).toMatchObject([
    { status: 404, code: 'session_deleted' }, { status: 404, code: 'session_deleted' }, { status: 404, code: 'not_found' },
  ])
})

test('whoever says how they saw a session does not delete what somebody wrote in it since; what its agent said to it is no reason to keep it', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  const tab = await server.connect()
  const remove = (seen: string) => server.request(`/api/sessions/one?unchangedSince=${encodeURIComponent(seen)}`, { method: 'DELETE' })
  const first = await tab.ask({ session_id: 'one', text: 'hello' })
  const answer = await tab.answerTo(first)
  const seen = (await server.sessions())[0]!.updatedAt
  await eventually(() => new Date().toISOString() > seen).toBe(true)
  const second = await tab.ask({ session_id: 'one', text: 'written elsewhere' })
  await tab.answerTo(second)

  const refused = await remove(seen)
  expect([refused.status, await refused.json() as Problem]).toMatchObject([409, { code: 'changed_since', detail: 'Something new was written there, so it was not deleted.' }])
  expect((await server.messages('one')).map(({ id }) => id)).toEqual(expect.arrayContaining([first.id, answer.id, second.id]))
  expect((await remove('yesterday')).status).toBe(400)
  expect((await remove(second.createdAt)).status).toBe(204)
  expect(await server.sessions()).toEqual([])
})

test('what one tenant has deleted is no word about another tenant’s session of the same id', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  await server.request('/api/sessions', json({ id: 'one' }, bearer(ANN)))
  await server.request('/api/sessions/one', { method: 'DELETE', headers: bearer(ANN) })

  expect(await (await server.request('/api/sessions/one', { headers: bearer(ZOE) })).json()).toMatchObject({ code: 'not_found' })
  expect((await server.request('/api/sessions', json({ id: 'one' }, bearer(ZOE)))).status).toBe(201)
})
