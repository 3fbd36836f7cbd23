import { describe, expect, test } from 'vitest'
import type { AgentOffer } from '../../src/shared/protocol/agent.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Session } from '../../src/shared/protocol/session.ts'
import { missingSdk, openClaude } from '../helpers/openClaude.ts'

const reason = await missingSdk()

// Each turn starts a real process.
describe.skipIf(reason)('Who Claude is, and what its answers take', { timeout: 90_000 }, () => {
  test('the models and efforts that the Agent SDK knows are offered, with the one that answers by default, and the limits', async () => {
    const { server } = await openClaude({ budgetUsd: 0.5 })

    const offer = await server.json<AgentOffer>('/api/agent')

    expect(offer).toMatchObject({ name: 'claude', limits: { budgetUsd: 0.5 }, tools: expect.arrayContaining(['Read', 'AskUserQuestion']) })
    expect(offer.models.length).toBeGreaterThan(1)
    expect(offer.models.filter(({ isDefault }) => isDefault)).toHaveLength(1)
    expect(offer.models[0]!.efforts).toContain('high')
  })

  test('the model and the effort of a message are in the request to Claude, stay the session’s, and null is the default again', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    const { models } = await server.json<AgentOffer>('/api/agent')
    const other = models.find(({ isDefault }) => !isDefault)!
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'plain' }))
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'chosen', model: other.id, effort: 'low' }))
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'as before' }))
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'default', model: null, effort: null }))

    const [plain, chosen, asBefore, again] = api.requests
    expect(chosen!.model).not.toBe(plain!.model)
    expect(chosen).toMatchObject({ output_config: { effort: 'low' } })
    expect(asBefore).toMatchObject({ model: chosen!.model, output_config: { effort: 'low' } })
    expect(again).toMatchObject({ model: plain!.model, output_config: { effort: plain!.output_config?.effort } })
    expect((await server.messages('one')).filter(({ role }) => role === 'user').map(({ model, effort }) => [model, effort])).toEqual([[null, null], [other.id, 'low'], [other.id, 'low'], [null, null]])
    expect((await server.messages('one')).filter(({ role }) => role === 'assistant').map(({ usage }) => usage?.model)).toEqual(api.requests.map(({ model }) => model))
  })

  test('each answer says what it alone took, the session what all took, and both are the same after a reload', async () => {
    const { server } = await openClaude()
    const tab = await server.connect()

    const first = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'one' }))
    const second = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'two' }))

    for (const { usage } of [first, second]) // as the stub counts
      expect(usage).toMatchObject({ counts: 'tokens', inputTokens: 10, outputTokens: 5, cachedTokens: 0, context: { used: expect.any(Number), window: expect.any(Number), compactsAt: expect.any(Number) } })
    expect(first.usage!.costUsd).toBeGreaterThan(0)
    expect(second.usage!.costUsd).toBeCloseTo(first.usage!.costUsd!, 8)
    expect((await server.messages('one'))[3]!.usage).toEqual(second.usage)
    const session = await server.json<Session>('/api/sessions/one')
    expect(session.usage).toMatchObject({ answers: 2, inputTokens: 20, outputTokens: 10 })
    expect(session.usage!.costUsd).toBeCloseTo(2 * first.usage!.costUsd!, 8)
  })

  test('an answer that was stopped says what it took, too, and the next one only what came after', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    api.replies.push({ hang: 'one two three' })
    const asked = await tab.ask({ session_id: 'one', text: 'one' })
    await tab.heard('text_delta')

    tab.send({ type: 'stop', session_id: 'one' })
    const stopped = await tab.answerTo(asked)

    expect(stopped).toMatchObject({ status: 'cancelled', text: expect.stringContaining('one') })
    await expect.poll(async () => (await server.messages('one'))[1]!.usage, { timeout: 20_000 }).toMatchObject({ inputTokens: 10, outputTokens: expect.any(Number) })
    const next = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'two' }))
    expect(next).toMatchObject({ status: 'complete', text: 'All right.', usage: { inputTokens: 10, outputTokens: 5 } })
    expect((await server.json<Session>('/api/sessions/one')).usage).toMatchObject({ answers: 2, inputTokens: 20 })
  })

  test('an answer that reaches what one may cost ends with a sentence, what it had said is kept, and the next goes on from there', async () => {
    const { api, server } = await openClaude({ budgetUsd: 0.0001 })
    const tab = await server.connect()
    api.replies.push({ blocks: [{ text: 'I look.' }, { tool: 'Glob', input: { pattern: '*' } }] })

    const answer = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'one' }))

    expect(answer.status).toBe('complete')
    expect(answer.text).toBe('I look.')
    expect(answer.parts.at(-1)).toMatchObject({ type: 'notice', code: 'budget_reached', text: expect.stringContaining('US$0.0001') })
    expect(answer.usage).toMatchObject({ inputTokens: 10 })
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'go on' }))
    expect(JSON.stringify(api.requests.at(-1)!.messages)).toContain('I look.')
  })

  test('a model that is not offered is refused with a sentence, and nothing is kept or asked', async () => {
    const { api, server } = await openClaude()
    await server.request('/api/sessions', { method: 'POST', body: '{"id":"one"}', headers: { 'content-type': 'application/json' } })
    const tab = await server.connect()

    tab.send({ type: 'send_message', message_id: 'm', session_id: 'one', text: 'go', model: 'claude-of-yore' })

    expect((await tab.heard('error')).problem).toMatchObject({ status: 422, code: 'model_not_offered', detail: expect.stringContaining('“claude-of-yore”') })
    expect(await server.messages('one')).toEqual([] satisfies Message[])
    expect(api.requests).toEqual([])
  })
})
