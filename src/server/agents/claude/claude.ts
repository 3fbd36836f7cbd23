import type { query } from '@anthropic-ai/claude-agent-sdk'
import { SERVER_STOPS, type Agent, type AgentEvent, type MemoryEntry, type Turn } from '../agent.ts'
import { createKeptCalls } from './asking/keptCalls.ts'
import { createPermissions } from './asking/permissions.ts'
import { forward } from './answer/forward.ts'
import { createQueue } from './answer/queue.ts'
import { readAnswer, type AnswerItem } from './answer/readAnswer.ts'
import { createReceipts } from './answer/receivedFiles.ts'
import { createSilence } from './answer/silence.ts'
import { createSpending } from './answer/spending.ts'
import { createToolParts, type ToolParts } from './answer/toolParts.ts'
import { prompts } from './prompts.ts'
import type { ClaudeEnvironments } from './claudeEnvironment.ts'
import { optionsFor, startingPoint } from './claudeOptions.ts'
import { earlierTasks } from './goingOn/earlierTasks.ts'
import { goOn } from './goingOn/goOn.ts'
import { openCalls } from './goingOn/openCalls.ts'
import { findCutOff } from './goingOn/replay.ts'
import { heardMemory } from './heardMemory.ts'
import type { AgentProcesses } from './process/spawnAgent.ts'
import { writeTasks } from './process/writeTasks.ts'
import { createApiWords } from './refusal/apiWords.ts'
import { CONVERSATION_IS_GONE } from './refusal/claudeErrors.ts'
import { readToken, writeToken } from './refusal/claudeToken.ts'
import { createFindModels } from './findModels.ts'
import { offeredTools, type AskingTool } from './tools/offer.ts'

/** What we need of the package, which may not be there. */
export interface Sdk { query: typeof query }

export interface ClaudeSettings {
  environments: ClaudeEnvironments
  /** How its processes are started; the SDK does it where there is nothing else. */
  processes?: AgentProcesses
  /** What it may use beyond its folder, if the person allows it. */
  addedTools?: readonly AskingTool[]
  /** US dollars that one answer may cost. */
  budgetUsd?: number
}

/** What a turn that was cut off had made. */
interface Begun { entries: readonly MemoryEntry[], tools: ToolParts }

/** Milliseconds that a turn which was stopped may take to tell what it took. */
const LAST_WORD_MS = 3000

const FORGOTTEN = '> Claude no longer has the earlier part of this conversation.'

/** Claude through the Agent SDK. Each turn is a process of its own, which goes on where the last one ended. */
export function createClaudeAgent(sdk: Sdk, { environments, processes, addedTools = [], budgetUsd }: ClaudeSettings): Agent {
  const findModels = createFindModels(sdk, environments, processes ? { spawnClaudeCodeProcess: processes.spawn } : {})

  async function* ask(turn: Turn, signal: AbortSignal, begun?: Begun): AsyncGenerator<AgentEvent> {
    const leaving = new AbortController()
    let kill = () => {}
    const end = () => {
      if (signal.reason === SERVER_STOPS)
        kill() // before it can make up its mind that what waits for somebody was turned down
      leaving.abort()
    }
    let interrupt = end
    signal.addEventListener('abort', () => signal.reason === SERVER_STOPS ? end() : interrupt(), { once: true })
    const items = createQueue<AnswerItem>()
    const words = createApiWords()
    const { entries, tools } = begun ?? { entries: [], tools: createToolParts(turn) }
    const calls = createKeptCalls()
    const pending = new Set<string>()
    const spending = createSpending()
    calls.note(entries)
    const tell = (events: AgentEvent[]) => items.push({ type: 'told', events })
    const receipts = createReceipts(turn, entries, events => void tell(events))
    const silence = createSilence(events => void tell(events), openCalls(entries).map(({ id }) => id))
    const last = entries.findLast(({ uuid }) => uuid !== undefined)?.uuid ?? '' // a copy without it would not do to go on with
    const start = startingPoint(turn)
    const memory = heardMemory(turn.memory, signal, {
      loaded(said) {
        spending.noteLoaded(said)
        if (!begun)
          tools.tasks.remember(earlierTasks(said, start.resumeSessionAt))
      },
      comes(added) {
        words.note(added)
        receipts.note(added)
      },
      isKept({ sessionId }, added) {
        calls.note(added)
        if (added.some(({ uuid }) => uuid === last))
          void tell([{ type: 'resumable', token: writeToken(sessionId) }])
      },
    })
    try {
      const messages = sdk.query({
        prompt: prompts({ ...turn, added: receipts.added }, { begun, pending, over: leaving.signal }),
        options: {
          ...optionsFor({ ...turn, memory }, addedTools, budgetUsd),
          ...start,
          env: { ...await environments.prepare(turn), ...begun && { CLAUDE_CODE_RESUME_INTERRUPTED_TURN: '1' } },
          abortController: leaving,
          canUseTool: createPermissions({ turn, signal: leaving.signal, tools, tell, isKept: calls.wait }),
          ...processes && {
            spawnClaudeCodeProcess(options) {
              writeTasks(options.env, start.sessionId ?? start.resume, tools.tasks)
              const child = processes.spawn(options)
              kill = () => child.kill('SIGKILL')
              return child
            },
          },
        },
      })
      interrupt = () => { // the SDK then ends the turn itself, and tells what it took
        pending.clear()
        messages.interrupt().catch(end)
        setTimeout(end, LAST_WORD_MS).unref()
      }
      void forward(messages, items, silence)
      yield* readAnswer(items, { turn, tools, findWords: words.find, pending, goesOn: begun !== undefined, note: spending.note, spent: result => spending.tell(result, messages) }, budgetUsd)
    }
    finally {
      silence.end()
      end() // also ends the prompt, which must stay open until the answer is complete
    }
  }

  /** From where the conversation is, or from nothing where it is lost. */
  async function* begin(turn: Turn, signal: AbortSignal): AsyncGenerator<AgentEvent> {
    for (const { id } of turn.recorded) // the conversation does not hold it: it is said again
      yield { type: 'remove', part: id }
    const fresh: Turn = { ...turn, recorded: [], continues: undefined }
    try {
      yield* ask(fresh, signal)
    }
    catch (error) {
      if (!turn.resume || !(error instanceof Error && CONVERSATION_IS_GONE.test(error.message)))
        throw error
      yield { type: 'part', part: { type: 'text', id: 'forgotten', text: FORGOTTEN } }
      yield* ask({ ...fresh, resume: undefined }, signal)
    }
  }

  return {
    name: 'claude',
    description: 'Claude answers.',
    resumes: true,
    steers: true,
    offer: async () => ({ models: await findModels(), tools: offeredTools(addedTools), commands: [], limits: { budgetUsd: budgetUsd ?? null } }),

    async* run(turn, signal) {
      const cutOff = await findCutOff(turn)
      if (!cutOff)
        return yield* begin(turn, signal)
      const tools = createToolParts(turn)
      const entries = yield* goOn(cutOff, turn, tools)
      yield* ask(turn, signal, { entries, tools })
    },

    forget: session => environments.remove(session),
    lastEntryOf: token => readToken(token).resumeSessionAt,
    close: processes?.close,
  }
}
