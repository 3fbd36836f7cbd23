import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { chooseAgent } from '../../src/server/agents/choice/chooseAgent.ts'
import type { Part } from '../../src/shared/protocol/parts.ts'
import { connect } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { openMessagesApi, type StubReply, type StubRequest } from '../helpers/messagesApiStub.ts'
import { missingSdk, openClaude } from '../helpers/openClaude.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { startServer } from '../helpers/serverProcess.ts'

const reason = await missingSdk()

const create = (...subjects: string[]): StubReply => ({ blocks: subjects.map(subject => ({ tool: 'TaskCreate', input: { subject, description: `${subject} at it` } })) })
const update = (taskId: string, change: object): StubReply => ({ tool: 'TaskUpdate', input: { taskId, ...change } })
const QUESTION: StubReply = { tool: 'AskUserQuestion', input: { questions: [{ header: 'Now', question: 'Now?', options: [{ label: 'Yes', description: '' }, { label: 'No', description: '' }], multiSelect: false }] } }
const LIST: StubReply = { tool: 'TaskList', input: {} }

const tasksOf = (parts: readonly Part[]) => parts.flatMap(part => part.type === 'tasks' ? part.items.map(({ text, status }) => `${text}: ${status}`) : [])
/** What Claude was told last. */
const told = (request: StubRequest | undefined) => JSON.stringify(request?.messages.at(-1))

// Each turn starts a real process.
describe.skipIf(reason)('The tasks of Claude', { timeout: 120_000 }, () => {
  test('keep their words in later answers, are found by Claude there, and leave what is done behind', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    const ask = async (...replies: StubReply[]) => {
      api.replies.push(...replies, { text: 'Done.' })
      return tab.answerTo(await tab.ask({ session_id: 'one', text: 'go' }))
    }
    await ask(create('Look', 'Leap', 'Land', 'Sing'), update('1', { status: 'completed' }), update('4', { status: 'deleted' }), update('3', { addBlockedBy: ['2'] }))

    const later = await ask(update('3', { status: 'in_progress', subject: 'Land softly' }), update('3', { status: 'completed' }), LIST)

    expect(tasksOf(later.parts)).toEqual(['Leap: pending', 'Land softly: completed'])
    for (const words of ['#1 [completed] Look', '#2 [pending] Leap', '#3 [completed] Land softly', 'blocked by #2'])
      expect(told(api.requests.at(-1))).toContain(words)
    const last = await ask(create('Rest'), update('9', { status: 'completed' }))
    expect(tasksOf(last.parts)).toEqual(['Leap: pending', 'Rest: pending']) // there is no ninth one
    expect(told(api.requests.at(-2))).toContain('Task #5 created') // the fourth one's number is not given again
  })

  test('are those of the version of the conversation that goes on', async () => {
    const { api, server } = await openClaude()
    const tab = await server.connect()
    api.replies.push(create('Look', 'Leap'), { text: 'One.' })
    await tab.answerTo(await tab.ask({ session_id: 'one', text: 'one' }))
    api.replies.push(create('Left behind'), update('1', { status: 'completed' }), { text: 'Two.' })
    const two = await tab.ask({ session_id: 'one', text: 'two' })
    await tab.answerTo(two)

    api.replies.push(update('2', { status: 'completed' }), LIST, { text: 'Other.' })
    const other = await tab.answerTo(await tab.ask({ session_id: 'one', text: 'other', replaces: two.id }))

    expect(tasksOf(other.parts)).toEqual(['Look: pending', 'Leap: completed'])
    expect(told(api.requests.at(-1))).toContain('#1 [pending] Look')
    expect(told(api.requests.at(-1))).not.toContain('Left behind')
  })

  test('are there when a turn that its server cut off goes on', async () => {
    const api = await openMessagesApi()
    const dataFolder = path.join(await temporaryFolder(), 'data')
    const dying = await startServer({ DATA_DIR: dataFolder, ANTHROPIC_API_KEY: 'sk-ant-x', ANTHROPIC_BASE_URL: api.url })
    const before = await connect(dying.url)
    api.replies.push(create('Look', 'Leap'), { text: 'One.' }, create('Land'), QUESTION)
    await before.answerTo(await before.ask({ session_id: 'one', text: 'one' }))
    await before.ask({ session_id: 'one', text: 'two' })
    const { message_id, part } = await before.heard('part_added', frame => frame.part.type === 'question')
    await dying.kill('SIGKILL')
    api.replies.push(update('2', { status: 'completed' }), update('3', { status: 'completed' }), { text: 'Two.' })

    const agent = await chooseAgent({ dataFolder, agent: 'claude', anthropicApiKey: 'sk-ant-x', anthropicBaseUrl: api.url })
    const next = await openServer({ agent, dataFolder })
    const after = await next.connect()
    after.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, answers: { 'Now?': 'Yes' } })

    await eventually(async () => (await next.messages('one')).map(({ status }) => status)).toEqual(['complete', 'complete', 'complete', 'complete'])
    expect(tasksOf((await next.messages('one'))[3]!.parts)).toEqual(['Look: pending', 'Leap: completed', 'Land: completed'])
    expect(JSON.stringify(api.requests.at(-1)!.messages)).not.toContain('Task not found')
  })
})
