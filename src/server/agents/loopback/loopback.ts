import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Agent, AgentEvent, ContentBlock, Turn } from '../agent.ts'
import { attachedFiles } from '../attachedFiles.ts'
import { readCommands } from './commands.ts'
import { chosenLine, LOOPBACK_OFFER, withFigures } from './figures.ts'
import { runCommand, say } from './runCommand.ts'

// An answer comes in words, as a model's does; a long one must not take for ever, and costs the server no more than a short one.
const WORDS = { most: 300, pauseMs: 6 }
const PIECES = { most: 100, pauseMs: 18 }

interface Received { name: string, mimeType: string, bytes: Buffer }

/** Answers with what reached it. Needs no key and no network. */
export const loopbackAgent: Agent = {
  name: 'loopback',
  description: 'The loopback agent answers: it is not Claude, it only says what reached it. To talk to Claude, set ANTHROPIC_API_KEY and start again.',

  resumes: true,
  steers: true,
  offer: async () => LOOPBACK_OFFER,

  async* run(turn, signal) {
    yield* withFigures(turn, untilStopped(wholeAnswer(turn), signal))
  },
}

async function* untilStopped(events: AsyncIterable<AgentEvent>, signal: AbortSignal): AsyncGenerator<AgentEvent> {
  for await (const event of events) {
    if (signal.aborted)
      return
    yield event
  }
}

async function* takeReceipt({ content, workspaceFolder }: Turn, of?: string): AsyncGenerator<AgentEvent> {
  const files = await received(content, workspaceFolder)
  if (files.length)
    yield { type: 'received', files, of }
}

async function* wholeAnswer(turn: Turn): AsyncGenerator<AgentEvent> {
  yield* takeReceipt(turn)
  yield* answerOne(turn, '')
  for (let added = turn.added.take(); added; added = turn.added.take()) {
    yield* takeReceipt({ ...turn, content: added.content }, added.id)
    yield* answerOne({ ...turn, content: added.content }, `${added.id}-`)
  }
}

/** @param before what the ids of its parts begin with */
async function* answerOne(turn: Turn, before: string): AsyncGenerator<AgentEvent> {
  const last = turn.content.at(-1)
  const { commands, rest } = readCommands(last?.type === 'text' ? last.text : '')
  for (const [i, command] of commands.entries())
    yield* runCommand(command, `${before}line-${i + 1}`, turn)
  if (commands.length && rest === '' && !attachedFiles(turn.content).length)
    return
  for await (const event of say(await answer(turn, rest), `${before}text`, turn)) {
    if (event.type === 'delta')
      yield* inPieces(event.text, `${before}text`)
  }
}

async function answer(turn: Turn, text: string): Promise<string> {
  const { content, workspaceFolder } = turn
  const files = await received(content, workspaceFolder)
  return [
    'This is the loopback agent, **not Claude**: it answers with what reached it.',
    ...chosenLine(turn),
    files.length
      ? `It received ${files.length} ${files.length === 1 ? 'attachment' : 'attachments'}:\n\n${files.map(line).join('\n')}`
      : 'It received no attachments.',
    text ? `And this text:\n\n${quote(text)}` : 'And no text.',
  ].join('\n\n')
}

const received = (content: readonly ContentBlock[], folder: string): Promise<Received[]> =>
  Promise.all(attachedFiles(content).map(async ({ name, block }) => {
    if (block.type === 'file')
      return { name, mimeType: block.mediaType, bytes: await readFile(path.join(folder, block.path)) }
    const { media_type: mimeType, data, type } = block.source
    return { name, mimeType, bytes: Buffer.from(data, type === 'text' ? 'utf8' : 'base64') }
  }))

function line({ name, mimeType, bytes }: Received) {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return `- ${code(name)}, ${mimeType}, ${bytes.length} bytes, SHA-256 ${code(sha256)}`
}

/** As Markdown's code, whatever it holds: the fence is longer than any run of backticks inside. */
function code(text: string) {
  const plain = text.replace(/\s+/g, ' ')
  const longest = Math.max(0, ...Array.from(plain.matchAll(/`+/g), ([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return longest ? `${fence} ${plain} ${fence}` : fence + plain + fence
}

const quote = (text: string) => text.split('\n').map(row => `> ${row}`.trimEnd()).join('\n')

async function* inPieces(text: string, part: string): AsyncGenerator<AgentEvent> {
  const words = text.match(/\S*\s*/g) ?? []
  const { most, pauseMs } = words.length > WORDS.most ? PIECES : WORDS
  const each = Math.ceil(words.length / most)
  for (let start = 0; start < words.length; start += each) {
    const piece = words.slice(start, start + each).join('')
    if (!piece)
      continue
    yield { type: 'delta', text: piece, part }
    await pause(pauseMs)
  }
}
