import { describe, expect, test } from 'vitest'
import { missingSdk, openClaude } from '../helpers/openClaude.ts'

const reason = await missingSdk()

// Each turn starts a real process.
describe.skipIf(reason)('What Claude asks', { timeout: 90_000 }, () => {
  test('under one heading twice is asked and answered twice; the same words twice are left to Claude to put in another way', async () => {
    const { api, server } = await openClaude()
    const options = [{ label: 'A', description: 'the first' }, { label: 'B', description: 'the second' }]
    const ask = (...questions: string[]) => ({ tool: 'AskUserQuestion', input: { questions: questions.map(question => ({ header: 'One', question, options, multiSelect: false })) } })
    api.replies.push(ask('Which one?', 'Which one?'), ask('Which one?', 'Which one, then?'), { text: 'Done.' })
    const tab = await server.connect()
    const asked = await tab.ask({ session_id: 'one', text: 'go' })
    const { message_id, part } = await tab.heard('part_added', frame => frame.part.type === 'question')
    expect(part).toMatchObject({ questions: [{ header: 'One', question: 'Which one?', options }, { header: 'One', question: 'Which one, then?', options }] })
    expect(JSON.stringify(api.requests.at(-1)!.messages)).toContain('Question texts must be unique')

    tab.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, answers: { 'Which one?': 'B', 'Which one, then?': 'A' } })
    const answer = await tab.answerTo(asked)

    expect(answer).toMatchObject({ status: 'complete', text: 'Done.', parts: [{ status: 'answered', answers: { 'Which one?': 'B', 'Which one, then?': 'A' } }, { type: 'text' }] })
    const told = JSON.stringify(api.requests.at(-1)!.messages)
    expect(told).toContain('Which one?\\"=\\"B\\"')
    expect(told).toContain('Which one, then?\\"=\\"A\\"')
  })
})
