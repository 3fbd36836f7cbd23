import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect } from 'vitest'
import type { Message } from '../../src/shared/protocol/message.ts'
import type { Part } from '../../src/shared/protocol/parts.ts'
import { openMessagesApi, type StubReply, type StubRequest } from '../helpers/messagesApiStub.ts'
import { temporaryFolder } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { startServer } from '../helpers/serverProcess.ts'

const QUESTION = { header: 'One', question: 'Which one?', options: [{ label: 'A', description: '' }, { label: 'B', description: '' }], multiSelect: false }

/** A turn of Claude that writes, changes, asks and runs, as a server that is killed again and again sees it. */
export async function openKilledTurn() {
  const api = await openMessagesApi()
  const dataFolder = path.join(await temporaryFolder(), 'data')
  const workspace = path.join(dataFolder, 'workspaces', 'one')
  const steps: StubReply[] = [
    { blocks: [{ text: 'First I write.' }, { tool: 'Write', input: { file_path: path.join(workspace, 'a.txt'), content: 'one\n' } }] },
    { tool: 'Edit', input: { file_path: path.join(workspace, 'a.txt'), old_string: 'one', new_string: 'one and one' } },
    { blocks: [{ text: 'Now I ask.' }, { tool: 'AskUserQuestion', input: { questions: [QUESTION] } }] },
    { tool: 'Bash', input: { command: 'echo ran >> ran.txt', description: 'x' } },
    { text: 'All of it is done.' },
  ]
  api.script.next = request => steps[Math.min(resultsIn(request), steps.length - 1)]!
  const start = () => startServer({ DATA_DIR: dataFolder, ANTHROPIC_API_KEY: 'sk-ant-x', ANTHROPIC_BASE_URL: api.url, AGENT_TOOLS: 'Bash' })

  return {
    api,

    /** Sends the message, and kills the server after each of so many milliseconds; the last one lives. */
    async run(lives: readonly number[]) {
      let isSent = false
      for (const ms of [...lives, Infinity]) {
        const server = await start()
        if (!isSent) {
          await fetch(`${server.url}/api/sessions`, json({ id: 'one' }))
          expect((await fetch(`${server.url}/api/sessions/one/messages`, json({ content: 'go' }))).ok).toBe(true)
        }
        isSent = true
        const answering = answerEverything(server.url)
        if (ms === Infinity) {
          await expect.poll(async () => (await messagesOf(server.url)).map(({ status }) => status), { interval: 200, timeout: 180_000 }).toEqual(['complete', 'complete'])
          answering.stop()
          const [, answer] = await messagesOf(server.url)
          await server.kill('SIGTERM')
          return { answer: answer!, text: await textOf(path.join(workspace, 'a.txt')), ran: await textOf(path.join(workspace, 'ran.txt')) }
        }
        await new Promise(resolve => setTimeout(resolve, ms))
        answering.stop()
        await server.kill('SIGKILL')
      }
      throw new Error('there is always a last life')
    },
  }
}

/** How many calls of tools Claude knows the end of. */
const resultsIn = ({ messages }: StubRequest) =>
  messages.flatMap(({ content }) => typeof content === 'string' ? [] : content).filter(({ type }) => type === 'tool_result').length

const textOf = (file: string) => readFile(file, 'utf8').catch(() => '')

async function messagesOf(url: string): Promise<Message[]> {
  const response = await fetch(`${url}/api/sessions/one/messages`)
  return response.ok ? (await response.json() as { messages: Message[] }).messages : []
}

/** A person who says B and yes to whatever waits, at once. */
function answerEverything(url: string) {
  let isOver = false
  async function look() {
    while (!isOver) {
      const messages = await messagesOf(url).catch(() => [])
      for (const message of messages) {
        for (const part of message.parts)
          await answer(message, part)
      }
      await new Promise(resolve => setTimeout(resolve, 150))
    }
  }
  async function answer(message: Message, part: Part) {
    if ((part.type !== 'question' && part.type !== 'permission') || part.status !== 'waiting')
      return
    const given = part.type === 'question' ? { answers: { 'Which one?': 'B' } } : { allow: 'once' }
    await fetch(`${url}/api/sessions/one/messages/${message.id}/parts/${part.id}/answer`, json(given)).catch(() => undefined)
  }
  void look()
  return { stop: () => { isOver = true } }
}
