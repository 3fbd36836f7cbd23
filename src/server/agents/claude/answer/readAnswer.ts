import type { SDKAssistantMessage, SDKAssistantMessageError, SDKMessage, SDKPartialAssistantMessage, SDKResultMessage, SDKUserMessage, SDKUserMessageReplay } from '@anthropic-ai/claude-agent-sdk'
import { AgentError, type AgentEvent, type Turn } from '../../agent.ts'
import { readableReason } from '../refusal/claudeErrors.ts'
import { refusedFile, type FindWords } from '../refusal/claudeRefusals.ts'
import { writeToken } from '../refusal/claudeToken.ts'
import { Retracting, Superseding, ToolResults } from './blocks.ts'
import { createRetrying, noticeOf, safeguardNotice } from './notices.ts'
import { createSpokenParts } from './spokenParts.ts'
import type { ToolParts } from './toolParts.ts'

const LEFT_OUT = '> A file of this conversation can no longer be read by Claude, so this answer does without it.'

/** A message of the SDK, or an event of our own that has its place among them. */
export type AnswerItem = SDKMessage | { type: 'told', events: AgentEvent[] }

export interface AnswerContext {
  turn: Turn
  tools: ToolParts
  /** The API's own words of an entry that is an error. */
  findWords: FindWords
  /** What was added to the turn, and Claude has not heard yet: the answer goes on until it has. */
  pending?: Set<string>
  /** It was begun before its server ended, and is gone on with in a copy of its conversation that is still being made. */
  goesOn?: boolean
}

interface LiveContext extends AnswerContext {
  /** Hears what is read. */
  note: (item: AnswerItem) => void
  /** What the turn took, as events. */
  spent: (result: SDKResultMessage) => Promise<AgentEvent[]>
}

/** What the SDK says about one turn, as an agent's events. Throws `AgentError` where there is no answer. */
export async function* readAnswer(items: AsyncIterable<AnswerItem>, context: LiveContext, budgetUsd?: number): AsyncGenerator<AgentEvent> {
  const reader = createAnswerReader(context)
  try {
    for await (const item of items) {
      context.note(item)
      if (item.type === 'result')
        yield* await context.spent(item)
      if (item.type === 'result' && item.subtype === 'error_max_budget_usd')
        return yield* budgetReached(item, budgetUsd)
      yield* await reader.read(item)
      if (item.type === 'result' && isWhole(item, context.pending))
        return
    }
    throw new Error('the agent ended without a result')
  }
  catch (error) {
    if (error instanceof AgentError)
      throw error
    throw new AgentError(readableReason(reader.trouble(), error), { cause: error })
  }
}

/** It answers all that was said. */
function isWhole({ user_message_uuids: heard = [] }: SDKResultMessage, pending = new Set<string>()): boolean {
  heard.forEach(id => pending.delete(id))
  return pending.size === 0
}

/** What was said is kept, and the conversation goes on from there. */
function budgetReached({ session_id }: SDKResultMessage, budgetUsd = 0): AgentEvent[] {
  const text = `This answer reached what one answer may cost here, US$${budgetUsd}, and was stopped. What it had said and done is kept. Write on, and the next answer goes on from there.`
  return [{ type: 'part', part: { type: 'notice', id: 'budget-reached', code: 'budget_reached', text } }, { type: 'resumable', token: writeToken(session_id) }]
}

/** One message after the other, live or from a transcript. */
export function createAnswerReader({ turn, tools, findWords, goesOn = false }: AnswerContext) {
  const spoken = createSpokenParts()
  const retrying = createRetrying()
  const partsOf = new Map<string, string[]>() // by the message that made them
  let trouble: SDKAssistantMessageError | undefined
  let lastEntry: string | undefined
  let accepted = false

  async function readAssistant(message: SDKAssistantMessage): Promise<AgentEvent[]> {
    const isOwn = message.parent_tool_use_id === null
    if (isOwn) {
      lastEntry = message.uuid
      await noteTrouble(message)
    }
    if (message.error)
      return []
    const withdrawn = withdraw(Superseding.safeParse(message).data?.supersedes)
    const { events, ids } = isOwn ? spoken.complete(message) : { events: [], ids: [] }
    const uses = message.message.content.flatMap(block => block.type === 'tool_use' ? [{ id: block.id, name: block.name, input: block.input as Record<string, unknown> }] : [])
    partsOf.set(message.uuid, [...ids, ...uses.map(({ id }) => id)])
    return [...withdrawn, ...retrying.end(), ...afterTrouble(), ...events, ...uses.flatMap(use => tools.begin(use, message.parent_tool_use_id))]
  }

  async function noteTrouble(message: SDKAssistantMessage) {
    if (!message.error) {
      accepted = true
      return
    }
    trouble = message.error
    // The SDK would take it out, go on, and never mention the other images of the message again.
    const refused = accepted ? undefined : await refusedFile(message, turn, findWords)
    if (refused)
      throw refused
  }

  /** It went on by itself after taking out what was refused. */
  function afterTrouble(): AgentEvent[] {
    const was = trouble
    trouble = undefined
    return was === 'invalid_request' ? [{ type: 'part', part: { type: 'text', id: `left-out-${lastEntry ?? ''}`, text: LEFT_OUT } }] : []
  }

  const withdraw = (uuids: readonly string[] = []): AgentEvent[] =>
    uuids.flatMap(uuid => partsOf.get(uuid) ?? []).map(part => ({ type: 'remove', part }))

  function readSystem(message: Extract<SDKMessage, { type: 'system' }>): AgentEvent[] {
    if (message.subtype === 'init')
      return goesOn ? [] : [{ type: 'resumable', token: writeToken(message.session_id) }] // a turn that is stopped stays in its memory
    if (message.subtype === 'mirror_error')
      throw new AgentError('What Claude said could not be saved, so the answer was stopped. Try it again.')
    return [...withdraw(Retracting.safeParse(message).data?.retracted_message_uuids), ...retrying.note(message), ...noticeOf(message)]
  }

  async function readUser(message: SDKUserMessage | SDKUserMessageReplay): Promise<AgentEvent[]> {
    const withdrawn = withdraw(Retracting.safeParse(message).data?.retracted_message_uuids)
    return [...withdrawn, ...safeguardNotice(message), ...await tools.end(ToolResults.safeParse(message).data ?? { message: { content: [] } })]
  }

  function readPiece(message: SDKPartialAssistantMessage): AgentEvent[] {
    const events = message.parent_tool_use_id === null ? spoken.hear(message) : [] // not of a helper that Claude has sent for
    return [...retrying.end(), ...events.some(({ type }) => type === 'delta') ? afterTrouble() : [], ...events]
  }

  function readResult(message: SDKResultMessage): AgentEvent[] {
    if (message.is_error)
      throw new Error(message.subtype === 'success' ? message.result : message.errors.join(' '))
    return [{ type: 'resumable', token: writeToken(message.session_id, lastEntry) }]
  }

  return {
    trouble: () => trouble,

    async read(item: AnswerItem): Promise<AgentEvent[]> {
      switch (item.type) {
        case 'told': return item.events
        case 'assistant': return readAssistant(item)
        case 'user': return readUser(item)
        case 'system': return readSystem(item)
        case 'result': return readResult(item)
        case 'stream_event': return readPiece(item)
        default: return []
      }
    },
  }
}
