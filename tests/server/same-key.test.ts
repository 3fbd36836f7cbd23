import { expect, test } from 'vitest'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Problem } from '../../src/shared/protocol/problem.ts'
import { eventually } from '../helpers/eventually.ts'
import { ABE, ANN, bearer, openServer, TWO_TENANTS } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent, scriptedAgent } from '../helpers/scriptedAgent.ts'

type Server = Awaited<ReturnType<typeof openServer>>

async function send(server: Server, body: object, key: string, headers: Record<string, string> = {}) {
  const response = await server.request('/api/sessions/one/messages', json(body, { ...headers, 'idempotency-key': key }))
  return { ...await response.json() as { message: Message } & Problem, status: response.status }
}

/** Two messages of a session wait behind one that is being answered. */
async function openQueue() {
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  await send(server, { content: 'first' }, 'k1')
  await eventually(() => turns.length).toBe(1)
  const second = await send(server, { content: 'second' }, 'k2')
  const asked = () => turns.map(({ content }) => JSON.stringify(content))
  return { server, turns, asked, second: second.message }
}

const REMOVED = { status: 410, code: 'message_removed', detail: expect.stringContaining('cancelled') }

test('a message that was cancelled while it waited is not begun anew by whoever sends it again, also after a restart', async () => {
  const { server, turns, asked, second } = await openQueue()
  expect((await server.request(`/api/sessions/one/messages/${second.id}`, { method: 'DELETE' })).status).toBe(204)

  expect(await send(server, { content: 'second' }, 'k2')).toMatchObject(REMOVED)
  const tab = await server.connect()
  expect(await tab.say({ session_id: 'one', message_id: 'k2', text: 'second' })).toMatchObject({ type: 'error', problem: REMOVED })
  turns[0]!.finish()
  await eventually(async () => (await server.messages('one')).map(({ status }) => status)).toEqual(['complete', 'complete'])
  expect(asked()).toHaveLength(1)

  await server.close()
  const again = await openServer({ agent: instantAgent().agent, dataFolder: server.dataFolder })
  expect(await send(again, { content: 'second' }, 'k2')).toMatchObject(REMOVED)
  expect(await send(again, { content: 'second' }, 'k3')).toMatchObject({ status: 202 })
})

test('neither is one that another was put in the place of, nor one that was deleted with its answer', async () => {
  const { server, turns, second } = await openQueue()
  expect(await send(server, { content: 'instead', replaces: second.id }, 'k3')).toMatchObject({ status: 202 })
  expect(await send(server, { content: 'second' }, 'k2')).toMatchObject(REMOVED)
  expect(await send(server, { content: 'instead', replaces: second.id }, 'k3')).toMatchObject({ status: 202, message: { text: 'instead' } })

  turns[0]!.finish()
  await eventually(() => turns.length).toBe(2)
  turns[1]!.finish()
  await eventually(async () => (await server.messages('one')).at(-1)?.status).toBe('complete')
  const [first] = await server.messages('one')
  await eventually(async () => (await server.request(`/api/sessions/one/turns/${first!.id}`, { method: 'DELETE' })).status).toBe(204)
  expect(await send(server, { content: 'first' }, 'k1')).toMatchObject(REMOVED)
  expect(turns).toHaveLength(2)
})

test('what is known of removed messages goes with their session', async () => {
  const { server, turns, second } = await openQueue()
  await server.request(`/api/sessions/one/messages/${second.id}`, { method: 'DELETE' })
  expect(await server.rows('removed_keys')).toHaveLength(1)
  turns[0]!.finish()
  await server.request('/api/sessions/one', { method: 'DELETE' })
  await eventually(() => server.rows('removed_keys')).toEqual([])
})

test('a key belongs to whoever sent it first: the same words of another user under it are not taken for theirs, nor lost without a word', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  await server.request('/api/sessions', json({ id: 'one' }, bearer(ANN)))
  const first = await send(server, { content: 'hi' }, 'k1', bearer(ANN))
  expect(await send(server, { content: 'hi' }, 'k1', bearer(ABE))).toMatchObject({ status: 422, code: 'idempotency_mismatch' })
  expect(await send(server, { content: 'hi' }, 'k1', bearer(ANN))).toMatchObject({ status: 202, message: { id: first.message.id } })
})

test('other words under a key are refused, also with a file that is attached once more, whether it is still there or not', async () => {
  const server = await openServer({ agent: instantAgent().agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  const sent = await server.request('/api/sessions/one/messages', form({ content: 'look' }, [file('a.txt', Buffer.from('one')), file('b.txt', Buffer.from('two'))]))
  const [a, b] = (await sent.json() as { message: Message }).message.attachments
  const again = { content: 'once more', attachmentIds: [a!.id, b!.id] }
  const first = await send(server, again, 'k1')
  const others = [{ ...again, content: 'other' }, { ...again, attachmentIds: [a!.id] }]

  for (const other of [...others, { ...again, attachmentIds: [b!.id, a!.id] }])
    expect(await send(server, other, 'k1'), JSON.stringify(other)).toMatchObject({ status: 422, code: 'idempotency_mismatch' })
  await server.request(`/api/attachments/${a!.id}`, { method: 'DELETE' })
  for (const other of others)
    expect(await send(server, other, 'k1'), JSON.stringify(other)).toMatchObject({ status: 422, code: 'idempotency_mismatch' })
  expect(await send(server, again, 'k1')).toMatchObject({ status: 202, message: { id: first.message.id } })
})
