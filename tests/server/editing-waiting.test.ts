import { expect, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/satchel.ts'
import type { ServerLimits } from '../../src/server/config/serverLimits.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import { eventually } from '../helpers/eventually.ts'
import { ABE, ANN, bearer, openServer, temporaryFolder, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { scriptedAgent } from '../helpers/scriptedAgent.ts'

const textsOf = (turns: ReturnType<typeof scriptedAgent>['turns']) => turns.map(({ content }) => content.flatMap(block => block.type === 'text' ? [block.text] : []).at(-1))

/** One message is being answered, two wait. */
async function openQueue(serverLimits: Partial<ServerLimits> = {}) {
  const dataFolder = await temporaryFolder()
  const { agent, turns } = scriptedAgent()
  const server = await openServer({ agent: { ...agent, resumes: true }, apiKeys: TWO_TENANTS, serverLimits, dataFolder })
  server.as(ANN)
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', text: 'first' })
  await eventually(() => turns.length).toBe(1)
  const second = await tab.ask({ session_id: 'one', text: 'second' })
  const third = await tab.ask({ session_id: 'one', text: 'third' })
  tab.send({ type: 'subscribe', session_id: 'one' })

  async function edit(message: Message, method: 'PUT' | 'DELETE' = 'PUT', key = ANN, at = server.url) {
    const response = await fetch(`${at}/api/sessions/one/messages/${message.id}/editing`, { method, headers: bearer(key) })
    const body = response.status === 204 ? undefined : await response.json() as { message: Message, code?: string, detail?: string }
    return { status: response.status, editing: body?.message?.editing, code: body?.code, detail: body?.detail }
  }
  const steer = (message: Message) => server.request(`/api/sessions/one/messages/${message.id}/steer`, json({ when: 'now' }))
  const stored = async ({ id }: Message) => (await server.messages('one')).find(message => message.id === id)
  /** The queue has come to what is being edited, and waits. */
  const whenWaiting = () => eventually(async () => (await server.sessions())[0]).toMatchObject({ running: true, waiting: true })
  return { server, dataFolder, turns, tab, second, third, edit, steer, stored, whenWaiting }
}

test('the agent does not begin with a message that is being edited, nor with what follows on it, and gets the changed one then', async () => {
  const { turns, tab, second, edit, stored, whenWaiting } = await openQueue()
  const before = Date.now()
  const { status, editing } = await edit(second)
  turns[0]!.finish()
  await whenWaiting()

  expect(status).toBe(200)
  expect(Date.parse(editing!.until) - before).toBeGreaterThan(60_000)
  expect((await tab.heard('message_updated')).message.editing).toEqual({ by: { id: expect.any(String), name: 'ann' }, until: editing!.until })
  expect((await stored(second))?.editing).toEqual({ by: { id: expect.any(String), name: 'ann' }, until: editing!.until })
  expect(textsOf(turns)).toEqual(['first'])
  await tab.ask({ session_id: 'one', text: 'second, and better', replaces: second.id })
  await eventually(() => textsOf(turns)).toEqual(['first', 'second, and better'])
  turns[1]!.finish()
  await eventually(() => textsOf(turns)).toEqual(['first', 'second, and better', 'third'])
})

test('whoever does not change it after all lets the agent begin at once', async () => {
  const { server, turns, second, edit, whenWaiting } = await openQueue()
  const client = createSatchelClient({ baseUrl: server.url, apiKey: ANN })
  expect((await client.beginEditing('one', second.id)).editing?.by?.name).toBe('ann')
  turns[0]!.finish()
  await whenWaiting()

  await client.endEditing('one', second.id)
  await eventually(() => textsOf(turns)).toEqual(['first', 'second'])
  expect((await server.sessions())[0]).not.toHaveProperty('waiting', true)
  expect(await edit(second)).toMatchObject({ status: 409, code: 'already_running' })
})

test('a page that is gone is waited for until its time is over', async () => {
  const { turns, second, edit } = await openQueue({ editingMs: 300 })
  await edit(second)
  turns[0]!.finish()

  await eventually(() => textsOf(turns)).toEqual(['first', 'second'])
})

test('nobody holds a queue for longer than it waits at one place, however often they say that they edit', async () => {
  const { turns, second, edit } = await openQueue({ longestEditingMs: 500 })
  await edit(second)
  turns[0]!.finish()
  const answers: (string | undefined)[] = []
  while (turns.length === 1)
    answers.push((await edit(second)).code)

  expect(answers.filter(code => code !== undefined && code !== 'edited_too_long' && code !== 'already_running')).toEqual([])
  expect(textsOf(turns)).toEqual(['first', 'second'])
})

test('nor by sending and editing again: what stands in its place is waited for until the same moment', async () => {
  const { turns, tab, second, third, edit, steer, whenWaiting } = await openQueue({ editingMs: 60 * 60_000 })
  const early = await edit(second)
  turns[0]!.finish()
  await whenWaiting()
  const { editing } = await edit(second)
  await steer(third)
  await eventually(() => turns.length).toBe(2)
  const again = await tab.ask({ session_id: 'one', text: 'again', replaces: second.id })

  expect(again.editing).toBeUndefined()
  expect(Date.parse(editing!.until)).toBeLessThan(Date.parse(early.editing!.until))
  expect((await edit(again)).editing?.until).toBe(editing!.until)
})

test('another person of the team cannot edit it meanwhile, nor end it; another tenant finds nothing', async () => {
  const { turns, second, edit, stored, whenWaiting } = await openQueue()
  await edit(second)
  turns[0]!.finish()
  await whenWaiting()

  expect(await edit(second, 'PUT', ABE)).toMatchObject({ status: 409, code: 'being_edited', detail: 'ann is editing this message.' })
  expect(await edit(second, 'DELETE', ABE)).toMatchObject({ status: 204 })
  expect(await edit(second, 'PUT', ZOE)).toMatchObject({ status: 404 })
  expect((await stored(second))?.editing?.by?.name).toBe('ann')
  expect(textsOf(turns)).toEqual(['first'])
})

test('who says that it is to be sent now is obeyed, whether it is the edited message or another one', async () => {
  const { turns, second, third, edit, steer, whenWaiting } = await openQueue()
  await edit(second)
  turns[0]!.finish()
  await whenWaiting()

  await steer(third)
  await eventually(() => textsOf(turns)).toEqual(['first', 'third'])
  turns[1]!.finish()
  await whenWaiting()
  await steer(second)
  await eventually(() => textsOf(turns)).toEqual(['first', 'third', 'second'])
})

test('it is still being edited after the server has started anew', async () => {
  const { server, dataFolder, turns, second, edit } = await openQueue()
  const { editing } = await edit(second)
  turns[0]!.finish()
  await eventually(async () => (await server.sessions())[0]?.waiting).toBe(true)
  await server.close()

  const { agent, turns: later } = scriptedAgent()
  const next = await openServer({ agent, apiKeys: TWO_TENANTS, dataFolder })
  next.as(ANN)
  await eventually(async () => (await next.sessions())[0]).toMatchObject({ running: true, waiting: true })
  expect((await next.messages('one')).find(({ id }) => id === second.id)?.editing).toEqual(editing)
  expect(later).toEqual([])
  expect(await edit(second, 'DELETE', ANN, next.url)).toMatchObject({ status: 204 })
  await eventually(() => textsOf(later)).toEqual(['second'])
})
