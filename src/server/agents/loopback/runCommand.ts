import { setTimeout as pause } from 'node:timers/promises'
import { answerText } from '../../../shared/parts/answers.ts'
import type { Part, PermissionPart, QuestionPart, ToolPart } from '../../../shared/protocol/parts.ts'
import { WorkspacePathError } from '../../storage/workspace/workspaceFiles.ts'
import { AgentError, type AgentEvent, type Turn } from '../agent.ts'
import { askable } from '../askable.ts'
import { boundedInput, boundedOutput, toolTitle } from '../bounded.ts'
import { HELP, type Command } from './commands.ts'
import { runFileCommand, type FileCommand } from './fileCommands.ts'

const NUMBER_MS = 100
const TOOL_NAMES = { read: 'Read', write: 'Write', edit: 'Edit' } as const

/**
 * One line's command as the events of a turn. Its parts have the same ids each time, so that a turn which is
 * taken up again goes on behind what is recorded.
 * @param id unique to the line
 */
export async function* runCommand(command: Exclude<Command, { name: 'tasks' }>, id: string, turn: Turn): AsyncGenerator<AgentEvent> {
  switch (command.name) {
    case 'help': return yield* say(HELP, id, turn)
    case 'think': return yield* think(command.text, id, turn)
    case 'ask': return yield* askQuestion(command, id, turn)
    case 'allow': return yield* askPermission(command.title, id, turn)
    case 'slow': return yield* count(command.count, id, turn)
    case 'fail': throw new AgentError(command.text)
    default: return yield* useFile(command, id, turn)
  }
}

const recordedPart = (turn: Turn, id: string): Part | undefined => turn.recorded.find(part => part.id === id)

/** What of it is not said yet. */
export async function* say(text: string, id: string, turn: Turn): AsyncGenerator<AgentEvent> {
  const known = recordedPart(turn, id)
  const said = known?.type === 'text' ? known.text.length : 0
  if (said < text.length)
    yield { type: 'delta', text: text.slice(said), part: id }
}

async function* useFile(command: FileCommand, id: string, turn: Turn): AsyncGenerator<AgentEvent> {
  const known = recordedPart(turn, id)
  if (known?.type === 'tool' && known.endedAt !== null)
    return
  const name = TOOL_NAMES[command.name]
  const { name: _, ...input } = command
  const part: ToolPart = {
    type: 'tool', id, name, title: toolTitle(name, command.path), ...boundedInput(input),
    status: 'running', startedAt: new Date().toISOString(), endedAt: null, output: null, parentId: null,
  }
  yield { type: 'part', part }
  try {
    const output = await runFileCommand(command, turn.workspaceFolder, known !== undefined)
    if (output.change)
      await turn.keep(output.change.path)
    yield { type: 'part', part: { ...part, status: 'done', endedAt: new Date().toISOString(), output } }
  }
  catch (error) {
    if (!(error instanceof WorkspacePathError))
      throw error
    yield { type: 'part', part: { ...part, status: 'failed', endedAt: new Date().toISOString(), output: boundedOutput(error.message) } }
  }
}

async function* think(text: string, id: string, turn: Turn): AsyncGenerator<AgentEvent> {
  const known = recordedPart(turn, id)
  if (known?.type === 'thinking' && known.seconds !== null)
    return
  const start = Date.now()
  if (!known)
    yield { type: 'delta', text, part: id, kind: 'thinking' }
  yield { type: 'part', part: { type: 'thinking', id, text, seconds: Math.round((Date.now() - start) / 100) / 10 } }
}

async function* askQuestion({ question, options }: Extract<Command, { name: 'ask' }>, id: string, turn: Turn): AsyncGenerator<AgentEvent> {
  const { part } = await turn.ask<QuestionPart>({
    type: 'question', id, status: 'waiting', answers: null,
    questions: askable([{ header: 'Question', question, options: options.map(label => ({ label, description: '' })), multiSelect: false }]),
  })
  const chosen = Object.values(part.answers ?? {})[0]
  yield* say(part.status === 'dismissed' || chosen === undefined ? 'The question was dismissed.' : `You chose ${answerText(chosen)}.`, `${id}-said`, turn)
}

async function* askPermission(title: string, id: string, turn: Turn): AsyncGenerator<AgentEvent> {
  const { part } = await turn.ask<PermissionPart>({
    type: 'permission', id, toolId: null, title, description: title, defaultToNo: false, mayRemember: true, status: 'waiting', answeredBy: null,
  })
  yield* say(part.status === 'allowed' ? 'Allowed' : 'Denied', `${id}-said`, turn)
}

async function* count(end: number, id: string, turn: Turn): AsyncGenerator<AgentEvent> {
  const known = recordedPart(turn, id)
  let said = known?.type === 'text' ? known.text.length : 0
  for (let number = 1; number <= end; number++) {
    const text = number === 1 ? '1' : ` ${number}`
    if (said >= text.length) {
      said -= text.length // before the server ended
      continue
    }
    yield { type: 'delta', text: text.slice(said), part: id }
    said = 0
    await pause(NUMBER_MS)
  }
}
