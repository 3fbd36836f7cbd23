import { describe, expect, test } from 'vitest'
import { askable } from '../../src/server/agents/askable.ts'
import { titleOf } from '../../src/server/agents/claude/tools/toolTitles.ts'
import { answeredPart } from '../../src/server/turns/asking/answeredPart.ts'
import type { QuestionPart } from '../../src/shared/protocol/parts.ts'
import { missingSdk, openClaude } from '../helpers/openClaude.ts'
import { openServer } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'

/** Texts that every object of JavaScript has something under. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
const asked = (question: string, labels: string[]) => ({ header: 'One', question, options: labels.map(label => ({ label, description: '' })), multiSelect: false })

test.each(NAMES)('a question called %s is asked, answered and told as any other', async (name) => {
  const server = await openServer()
  const tab = await server.connect()
  const sent = await tab.ask({ session_id: 'one', text: `/ask ${name} | A | A | B\n/${name} is no command` })
  const { message_id, part } = await tab.heard('part_added', frame => frame.part.type === 'question')
  const { questions } = part as QuestionPart
  expect(questions[0]!.question).toContain(name)
  expect(questions[0]!.options.map(({ label }) => label)).toEqual(['A', 'B'])

  const answers = Object.fromEntries(questions.map(({ question }) => [question, 'B']))
  expect(await server.request(`/api/sessions/one/messages/${message_id}/parts/${part.id}/answer`, json({ answers }))).toMatchObject({ status: 200 })

  const answer = await tab.answerTo(sent)
  expect(answer.text).toContain('You chose B.')
  expect(answer.text).toContain(`> /${name} is no command`)
  expect((await server.messages('one'))[1]).toEqual(answer)
})

test.each(NAMES)('a question called %s that nobody has answered is not taken for answered', (name) => {
  const part: QuestionPart = { type: 'question', id: 'q', status: 'waiting', answers: null, questions: [asked(name, ['A', 'B'])] }
  expect(() => answeredPart(part, { answers: {} }, 'Ann')).toThrow(`“${name}” is not answered.`)
})

test('what an agent asks twice is asked once, and what only looks the same is told apart', () => {
  const [first, second, third] = askable([
    { ...asked('Which?', []), options: [{ label: 'A', description: 'one' }, { label: 'A', description: 'two' }, { label: 'A', description: 'one' }, { label: 'A (2)', description: '' }] },
    asked('Which?', ['A', 'B']),
    asked('Which? (2)', ['A', 'B']),
  ])
  expect(first!.options.map(({ label }) => label)).toEqual(['A', 'A (3)', 'A (2)'])
  expect([first, second, third].map(one => one!.question)).toEqual(['Which?', 'Which? (3)', 'Which? (2)'])
})

test('a tool that is called as what every object has is named as it is', () => {
  expect(NAMES.map(name => titleOf(name, {}, '/work'))).toEqual(NAMES)
})

const reason = await missingSdk()

describe.skipIf(reason)('With the Agent SDK', { timeout: 90_000 }, () => {
  test('Claude is told the answers to its questions, whatever they are called', async () => {
    const { api, server } = await openClaude()
    api.replies.push({ tool: 'AskUserQuestion', input: { questions: NAMES.map(name => asked(name, ['A', 'B'])) } })
    const tab = await server.connect()
    const sent = await tab.ask({ session_id: 'one', text: 'go' })
    const { message_id, part } = await tab.heard('part_added', frame => frame.part.type === 'question')

    const answers = Object.fromEntries((part as QuestionPart).questions.map(({ question }) => [question, 'B']))
    tab.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, answers })

    expect(await tab.answerTo(sent)).toMatchObject({ status: 'complete' })
    const told = JSON.stringify(api.requests.at(-1)!.messages)
    for (const name of NAMES.slice(1))
      expect(told).toContain(`${name}\\"=\\"B`)
  })
})
