import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { withoutHidden } from '../../../shared/plainText.ts'
import type { Agent, AgentEvent, ContentBlock, Turn } from '../agent.ts'
import { attachedFiles } from '../attachedFiles.ts'
import { readCommands, type Command } from './commands.ts'
import { chosenLine, LOOPBACK_OFFER, withFigures } from './figures.ts'
import { runCommand, say } from './runCommand.ts'
import { createTaskList } from './taskList.ts'

// An answer comes in words, as a model's does; a long one must not take for ever, and costs the server no more than a short one.
const WORDS = { most: 300, pauseMs: 6 }
const PIECES = { most: 100, pauseMs: 18 }

interface Received { name: string, caption?: string, mimeType: string, bytes: Buffer }

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

/** @returns a line for each file, so that none is read again, or held while somebody is asked */
async function* takeReceipt({ content, workspaceFolder }: Turn, of?: string): AsyncGenerator<AgentEvent, string[]> {
  const files = await received(content, workspaceFolder)
  if (files.length)
    yield { type: 'received', files, of }
  return files.map(line)
}

async function* wholeAnswer(turn: Turn): AsyncGenerator<AgentEvent> {
  yield* answerOne(turn)
  for (let added = turn.added.take(); added; added = turn.added.take())
    yield* answerOne({ ...turn, content: added.content }, added.id)
}

/** @param addedId of a message that came into the turn */
async function* answerOne(turn: Turn, addedId?: string): AsyncGenerator<AgentEvent> {
  const files = yield* takeReceipt(turn, addedId)
  const before = addedId === undefined ? '' : `${addedId}-`
  const last = turn.content.at(-1)
  const { commands, rest } = readCommands(last?.type === 'text' ? last.text : '')
  yield* runAll(commands, `${before}line`, turn)
  if (commands.length && rest === '' && !files.length)
    return
  for await (const event of say(answer(turn, rest, files), `${before}text`, turn)) {
    if (event.type === 'delta')
      yield* inPieces(event.text, `${before}text`)
  }
}

/** @param id what the lines' ids begin with */
async function* runAll(commands: readonly Command[], id: string, turn: Turn): AsyncGenerator<AgentEvent> {
  let tasks: ReturnType<typeof createTaskList> | undefined
  for (const [i, command] of commands.entries()) {
    if (command.name === 'tasks') {
      yield* tasks?.finish() ?? []
      tasks = createTaskList(command.items, `${id}-${i + 1}`, turn)
      yield* tasks.begin()
      continue
    }
    yield* runCommand(command, `${id}-${i + 1}`, turn)
    yield* tasks?.advance() ?? []
  }
  yield* tasks?.finish() ?? []
}

function answer(turn: Turn, text: string, files: readonly string[]): string {
  return [
    'This is the loopback agent, **not Claude**: it answers with what reached it.',
    ...chosenLine(turn),
    files.length
      ? `It received ${files.length} ${files.length === 1 ? 'attachment' : 'attachments'}:\n\n${files.join('\n')}`
      : 'It received no attachments.',
    text ? `And this text:\n\n${quote(text)}` : 'And no text.',
  ].join('\n\n')
}

const received = (content: readonly ContentBlock[], folder: string): Promise<Received[]> =>
  Promise.all(attachedFiles(content).map(async ({ name, caption, block }) => {
    if (block.type === 'file')
      return { name, caption, mimeType: block.mediaType, bytes: await readFile(path.join(folder, block.path)) }
    const { media_type: mimeType, data, type } = block.source
    return { name, caption, mimeType, bytes: Buffer.from(data, type === 'text' ? 'utf8' : 'base64') }
  }))

function line({ name, caption, mimeType, bytes }: Received) {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return `- ${code(name)}, ${mimeType}, ${bytes.length} bytes, SHA-256 ${code(sha256)}${caption === undefined ? '' : `, with the caption ${code(caption)}`}`
}

/** As Markdown's code, whatever it holds: the fence is longer than any run of backticks inside. */
function code(text: string) {
  const plain = withoutHidden(text.replace(/\s+/g, ' '))
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
