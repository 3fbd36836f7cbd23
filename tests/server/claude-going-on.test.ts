import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { chooseAgent } from '../../src/server/agents/choice/chooseAgent.ts'
import { eventually } from '../helpers/eventually.ts'
import { openMessagesApi } from '../helpers/messagesApiStub.ts'
import { missingSdk } from '../helpers/openClaude.ts'
import { connect } from '../helpers/connect.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { startServer } from '../helpers/serverProcess.ts'

const reason = await missingSdk()

/** The real server as a process of its own, with the real Agent SDK. */
async function openDying() {
  const api = await openMessagesApi()
  const dataFolder = path.join(await temporaryFolder(), 'data')
  const start = () => startServer({ DATA_DIR: dataFolder, ANTHROPIC_API_KEY: 'sk-ant-x', ANTHROPIC_BASE_URL: api.url, AGENT_TOOLS: 'Bash' })
  const server = await start()
  return {
    api, server, dataFolder, start,
    tab: await connect(server.url),
    async again() {
      const agent = await chooseAgent({ dataFolder, agent: 'claude', anthropicApiKey: 'sk-ant-x', anthropicBaseUrl: api.url, agentTools: ['Bash'] })
      return openServer({ agent, dataFolder })
    },
  }
}

const QUESTION = { tool: 'AskUserQuestion', input: { questions: [{ header: 'One', question: 'Which one?', options: [{ label: 'A', description: '' }, { label: 'B', description: '' }], multiSelect: false }] } }

describe.skipIf(reason)('A turn of Claude that its server cut off', { timeout: 120_000 }, () => {
  test.each(['SIGKILL', 'SIGTERM'] as const)('by %s while a question waits is asked the same, and goes on with the answer', async (signal) => {
    const { api, server, tab, again } = await openDying()
    api.replies.push({ blocks: [{ text: 'Let me ask.' }, QUESTION] }, { text: 'As you wish.' })
    await tab.ask({ session_id: 'one', text: 'go' })
    const { message_id, part } = await tab.heard('part_added', frame => frame.part.type === 'question')
    await server.kill(signal)

    const next = await again()
    const back = await next.connect()
    back.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, answers: { 'Which one?': 'B' } })
    await back.heard('answer_accepted')

    await eventually(async () => (await next.messages('one')).map(({ status }) => status)).toEqual(['complete', 'complete'])
    expect((await next.messages('one'))[1]).toMatchObject({ id: message_id, parts: [{ text: 'Let me ask.' }, { type: 'question', status: 'answered' }, { text: 'As you wish.' }] })
    expect(JSON.stringify(api.requests.at(-1)!.messages)).toContain('=\\"B\\"')
    expect(api.requests).toHaveLength(2)
  })

  test('twice while a question waits is asked once, and goes on with the answer', async () => {
    const { api, server, tab, start, again } = await openDying()
    api.replies.push({ blocks: [{ text: 'Let me ask.' }, QUESTION] }, { text: 'As you wish.' })
    await tab.ask({ session_id: 'one', text: 'go' })
    const { message_id, part } = await tab.heard('part_added', frame => frame.part.type === 'question')
    await server.kill('SIGKILL')
    const second = await start()
    await eventually(() => openConnections(api)).toBe(false)
    await second.kill('SIGKILL')

    const next = await again()
    const back = await next.connect()
    back.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, answers: { 'Which one?': 'B' } })

    await eventually(async () => (await next.messages('one')).map(({ status }) => status)).toEqual(['complete', 'complete'])
    expect((await next.messages('one'))[1]!.parts).toMatchObject([{ text: 'Let me ask.' }, { type: 'question', status: 'answered' }, { text: 'As you wish.' }])
    expect(JSON.stringify(api.requests.at(-1)!.messages)).toContain('=\\"B\\"')
    expect(api.requests).toHaveLength(2)
  })

  test.each(['SIGKILL', 'SIGTERM'] as const)('by %s while a permission waits runs what is allowed then, once, and asks nothing again', async (signal) => {
    const { api, server, tab, dataFolder, again } = await openDying()
    api.replies.push({ tool: 'Bash', input: { command: 'echo ran >> ran.txt', description: 'x' } }, { text: 'It ran.' })
    await tab.ask({ session_id: 'one', text: 'go' })
    const { message_id, part } = await tab.heard('part_added', frame => frame.part.type === 'permission')
    await server.kill(signal)

    const next = await again()
    const back = await next.connect()
    back.send({ type: 'answer', session_id: 'one', message_id, part_id: part.id, allow: 'once' })
    await back.heard('answer_accepted')

    await eventually(async () => (await next.messages('one')).map(({ status }) => status)).toEqual(['complete', 'complete'])
    expect((await next.messages('one'))[1]!.parts).toMatchObject([{ type: 'tool', name: 'Bash', status: 'done' }, { type: 'permission', status: 'allowed' }, { text: 'It ran.' }])
    expect(await readFile(path.join(dataFolder, 'workspaces', 'one', 'ran.txt'), 'utf8')).toBe('ran\n')
    expect(api.requests).toHaveLength(2)
  })

  test('while two of several calls wait tells Claude what became of each', async () => {
    const { api, server, tab, again } = await openDying()
    const other = { ...QUESTION, input: { questions: [{ ...QUESTION.input.questions[0]!, question: 'And then?' }] } }
    api.replies.push({ blocks: [QUESTION, other] }, { text: 'As you wish.' })
    await tab.ask({ session_id: 'one', text: 'go' })
    await tab.heard('part_added', frame => frame.part.type === 'question')
    await server.kill('SIGKILL')

    const next = await again()
    for (const [question, answer] of [['Which one?', 'A'], ['And then?', 'B']] as const) {
      const { message, part } = await waitingQuestion(next, question)
      const back = await next.connect()
      back.send({ type: 'answer', session_id: 'one', message_id: message, part_id: part, answers: { [question]: answer } })
    }

    await eventually(async () => (await next.messages('one')).map(({ status }) => status)).toEqual(['complete', 'complete'])
    const told = JSON.stringify(api.requests.at(-1)!.messages)
    expect(told).toContain('\\"Which one?\\"=\\"A\\"')
    expect(told).toContain('\\"And then?\\"=\\"B\\"')
    expect(api.requests).toHaveLength(2)
  })

  test('in the middle of a sentence says it once', async () => {
    const { api, server, tab, again } = await openDying()
    api.replies.push({ hang: 'Once upon a ' }, { text: 'Once upon a time.' })
    await tab.ask({ session_id: 'one', text: 'go' })
    await tab.heard('text_delta')
    await server.kill('SIGKILL')

    const next = await again()

    await eventually(async () => (await next.messages('one')).map(({ status, text }) => [status, text])).toEqual([['complete', 'go'], ['complete', 'Once upon a time.']])
  })

  test('behind a file that it wrote does not write it again, and has it though the folder went with its machine', async () => {
    const { api, server, tab, dataFolder, again } = await openDying()
    const file = path.join(dataFolder, 'workspaces', 'one', 'a.txt')
    api.replies.push({ tool: 'Write', input: { file_path: file, content: 'one\n' } }, { hang: 'It is ' }, { text: 'It is done.' })
    await tab.ask({ session_id: 'one', text: 'go' })
    await tab.heard('text_delta')
    await server.kill('SIGKILL')
    await rm(path.join(dataFolder, 'workspaces'), { recursive: true })

    const next = await again()

    await eventually(async () => (await next.messages('one')).map(({ status, text }) => [status, text])).toEqual([['complete', 'go'], ['complete', 'It is done.']])
    expect((await next.messages('one'))[1]!.attachments.map(({ path }) => path)).toEqual(['a.txt'])
    expect((await next.messages('one'))[1]!.parts).toMatchObject([{ type: 'tool', name: 'Write', status: 'done' }, { type: 'text' }])
    expect(await readFile(file, 'utf8')).toBe('one\n')
  })

  test('has no agent that goes on by itself', async () => {
    const { api, server, tab } = await openDying()
    api.replies.push({ hang: 'Once ' })
    await tab.ask({ session_id: 'one', text: 'go' })
    await tab.heard('text_delta')
    const running = await openConnections(api)
    await server.kill('SIGKILL')

    expect(running).toBe(true)
    await eventually(() => openConnections(api)).toBe(false)
  })
})

/** The question as it is stored while it waits. */
async function waitingQuestion(server: Awaited<ReturnType<typeof openServer>>, text: string) {
  const find = async () => (await server.messages('one')).flatMap(({ id, parts }) => parts.flatMap(part =>
    part.type === 'question' && part.status === 'waiting' && part.questions[0]!.question === text ? [{ message: id, part: part.id }] : []))[0]
  await eventually(find).toBeDefined()
  return (await find())!
}

/** Whether somebody is connected to the API. */
const openConnections = (api: { connections: () => Promise<number> }) => api.connections().then(count => count > 0)
