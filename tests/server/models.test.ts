import { expect, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/client.ts'
import type { StreamedEvent } from '../../src/sdk/streamedEvent.ts'
import type { Agent, Turn } from '../../src/server/agents/agent.ts'
import type { AgentOffer, Usage } from '../../src/shared/protocol/agent.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { PostedMessage } from '../../src/shared/protocol/rest.ts'
import type { Session } from '../../src/shared/protocol/session.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'

const model = (id: string, efforts: string[], isDefault = false) => ({ id, name: id, description: '', efforts, isDefault })
const USAGE: Usage = { model: 'quick', counts: 'tokens', inputTokens: 100, cachedTokens: 40, outputTokens: 7, costUsd: 0.01, seconds: 1.5, context: { used: 107, window: 1000, compactsAt: 900 } }

/** Two models that answer at once. */
function choosyAgent(models = [model('quick', [], true), model('deep', ['low', 'high'])]) {
  const turns: Turn[] = []
  const agent: Agent = {
    name: 'choosy',
    description: 'A test answers.',
    offer: async () => ({ models, tools: [], commands: [], limits: { budgetUsd: null } }),
    async* run(turn) {
      turns.push(turn)
      yield { type: 'delta', text: 'Done.' }
      yield { type: 'usage', usage: USAGE }
    },
  }
  return { agent, turns, asked: () => turns.map(({ model, effort }) => [model, effort]) }
}

const post = (body: object): RequestInit => ({ method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
const patch = (body: object): RequestInit => ({ ...post(body), method: 'PATCH' })

test('over REST, as JSON, as a form and in the SDK a message says who is to answer it, and what it says stays the session’s', async () => {
  const { agent, asked } = choosyAgent()
  const server = await openServer({ agent })
  const satchel = createSatchelClient({ baseUrl: server.url })
  const { id } = await satchel.createSession()
  const finished = (count: number) => expect.poll(async () => (await server.messages(id)).filter(({ usage }) => usage)).toHaveLength(count)

  await server.request(`/api/sessions/${id}/messages`, post({ content: 'json', model: 'deep', effort: 'high' }))
  await finished(1)
  await satchel.sendMessage(id, 'as before')
  await finished(2)
  await satchel.sendMessage(id, 'form', { model: 'quick' })
  await finished(3)
  const events: StreamedEvent[] = []
  for await (const event of satchel.streamMessage(id, 'default', { model: null, effort: null }))
    events.push(event)

  expect(asked()).toEqual([['deep', 'high'], ['deep', 'high'], ['quick', undefined], [undefined, undefined]])
  expect(events.at(-1)).toMatchObject({ type: 'message_completed', message: { usage: USAGE } })
  expect((await satchel.getAgent()).models.map(({ id }) => id)).toEqual(['quick', 'deep'])
  expect(await satchel.chooseModel(id, { model: 'deep' })).toMatchObject({ model: 'deep', effort: null })
})

test('who is to answer a message that waits can be changed until it runs, and what is not offered is refused', async () => {
  const { agent, asked } = choosyAgent()
  let go = () => {}
  const first = new Promise<void>((resolve) => { go = resolve })
  const server = await openServer({ agent: { ...agent, async* run(turn, signal) {
    yield* agent.run(turn, signal)
    await first
  } } })
  const satchel = createSatchelClient({ baseUrl: server.url })
  const { id } = await satchel.createSession()
  await satchel.sendMessage(id, 'first', { model: 'quick' })
  const waits = (await (await satchel.sendMessage(id, 'second', { model: 'deep', effort: 'high' })).json() as PostedMessage).message
  await satchel.sendMessage(id, 'third')

  await expect(satchel.editMessage(id, waits.id, { model: 'gone' })).rejects.toMatchObject({ status: 422, code: 'model_not_offered' })
  await expect(satchel.editMessage(id, waits.id, { model: 'quick', effort: 'low' })).rejects.toMatchObject({ status: 422 })
  expect(await satchel.editMessage(id, waits.id, { effort: 'low' })).toMatchObject({ text: 'second', model: 'deep', effort: 'low' })
  go()

  await expect.poll(async () => (await server.messages(id)).filter(({ usage }) => usage)).toHaveLength(3)
  expect(asked()).toEqual([['quick', undefined], ['deep', 'low'], ['deep', 'high']])
  await expect(satchel.editMessage(id, waits.id, { effort: 'high' })).rejects.toMatchObject({ status: 409 })
})

test('a session sums up what its answers took, its list and its pages carry it, and deleting it takes all of it', async () => {
  const { agent } = choosyAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  for (const text of ['one', 'two'])
    await tab.answerTo(await tab.ask({ session_id: 's', text }))

  const sum = { counts: 'tokens', answers: 2, inputTokens: 200, cachedTokens: 80, outputTokens: 14, costUsd: 0.02, seconds: 3 }
  expect((await server.json<Session>('/api/sessions/s')).usage).toEqual(sum)
  expect((await server.sessions())[0]!.usage).toEqual(sum)
  const history = await server.json<{ sessions: { days: { messages: Message[] }[] }[] }>('/api/history')
  expect(history.sessions[0]!.days[0]!.messages.map(({ usage }) => usage)).toEqual([null, USAGE, null, USAGE])
  await expect.poll(() => tab.all('session_updated').at(-1)?.session.usage).toEqual(sum)

  await server.request('/api/sessions/s', { method: 'DELETE' })
  expect(await server.rows('messages')).toEqual([])
})

test('what another version took stays in the sum, and a message that is asked again is answered by the same model', async () => {
  const { agent, asked } = choosyAgent()
  const server = await openServer({ agent })
  const tab = await server.connect()
  const first = await tab.ask({ session_id: 's', text: 'one', model: 'deep', effort: 'low' })
  await tab.answerTo(first)
  await server.request('/api/sessions/s', patch({ model: 'quick', effort: null }))

  const { message } = await (await server.request(`/api/sessions/s/messages/${first.id}/retry`, { method: 'POST' })).json() as { message: Message }
  await tab.answerTo(message)

  expect(asked()).toEqual([['deep', 'low'], ['deep', 'low']])
  expect((await server.json<Session>('/api/sessions/s')).usage).toMatchObject({ answers: 2 })
  expect(await server.messages('s')).toHaveLength(2)
})

test.each<[string, object, RegExp]>([
  ['a model that is not offered', { model: 'old' }, /The model “old” is not offered here\. Choose one of these: quick and deep\./],
  ['an effort that the model does not have', { model: 'quick', effort: 'high' }, /The effort “high” is not offered here/],
  ['an effort that the default model does not have', { effort: 'high' }, /The effort “high”/],
])('%s is refused with a sentence, over REST, for the session and over the socket; nothing is stored', async (_, choice, detail) => {
  const { agent } = choosyAgent()
  const server = await openServer({ agent })
  await server.request('/api/sessions', post({ id: 's' }))
  const tab = await server.connect()

  const replies = [
    await server.request('/api/sessions/s/messages', post({ content: 'go', ...choice })),
    await server.request('/api/sessions/s', patch(choice)),
  ]

  for (const reply of replies) {
    expect(reply.status).toBe(422)
    expect(await reply.json()).toMatchObject({ code: 'model_not_offered', detail: expect.stringMatching(detail) })
  }
  expect(await tab.say({ session_id: 's', text: 'go', ...choice })).toMatchObject({ type: 'error', problem: { status: 422, detail: expect.stringMatching(detail) } })
  expect(await server.messages('s')).toEqual([])
})

test('the same message again is the same, also when its model is offered no more; with another model it is another message', async () => {
  const dataFolder = await temporaryFolder()
  const before = await openServer({ dataFolder, agent: choosyAgent().agent })
  const tab = await before.connect()
  const sent = { session_id: 's', message_id: 'm', text: 'go', model: 'deep' }
  await tab.answerTo(await tab.ask(sent))
  expect(await tab.say({ ...sent, model: 'quick' })).toMatchObject({ type: 'error', problem: { code: 'idempotency_mismatch' } })
  await before.close()

  const server = await openServer({ dataFolder, agent: choosyAgent([model('new', [], true)]).agent })
  const later = await server.connect()

  expect(await later.say(sent)).toMatchObject({ type: 'message_accepted', replayed: true })
})

test('a model that a session was answered by, and that is gone, costs nobody the answer: the default one says so', async () => {
  const dataFolder = await temporaryFolder()
  const before = await openServer({ dataFolder, agent: choosyAgent().agent })
  const tab = await before.connect()
  await tab.answerTo(await tab.ask({ session_id: 's', text: 'go', model: 'deep', effort: 'high' }))
  await before.close()
  const { agent, asked } = choosyAgent([model('new', [], true)])
  const server = await openServer({ dataFolder, agent })
  const later = await server.connect()

  const answer = await later.answerTo(await later.ask({ session_id: 's', text: 'and now' }))

  expect(asked()).toEqual([[undefined, undefined]])
  expect(answer.parts).toMatchObject([{ type: 'notice', code: 'model_changed', text: 'The model deep is not offered any more: new answers instead.' }, { type: 'text' }])
})

test('the loopback agent offers one model, says what was chosen, and counts the bytes that really went to and fro', async () => {
  const server = await openServer()
  const tab = await server.connect()

  expect(await server.json<AgentOffer>('/api/agent')).toMatchObject({ name: 'loopback', models: [{ id: 'loopback', isDefault: true }], limits: { budgetUsd: null } })
  const answer = await tab.answerTo(await tab.ask({ session_id: 's', text: 'häh?', model: 'loopback', effort: 'high' }))

  expect(answer.text).toContain('the model loopback with effort high')
  expect(answer.usage).toMatchObject({ model: 'loopback', counts: 'bytes', inputTokens: 5, outputTokens: Buffer.byteLength(answer.text), costUsd: 0, context: { used: 5, compactsAt: null } })
  const stopped = await tab.ask({ session_id: 's', text: '/slow 1000' })
  await tab.heard('text_delta', ({ delta }) => delta.startsWith('1'))
  tab.send({ type: 'stop', session_id: 's' })
  await tab.answerTo(stopped)
  await expect.poll(async () => (await server.messages('s')).at(-1)!.usage).toMatchObject({ counts: 'bytes', inputTokens: 10 })
  expect((await server.json<Session>('/api/sessions/s')).usage).toMatchObject({ answers: 2 })
})
