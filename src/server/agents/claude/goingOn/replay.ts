import { z } from 'zod'
import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk'
import type { Part } from '../../../../shared/protocol/parts.ts'
import { PASSING_NOTICES, type AgentEvent, type MemoryEntry, type Turn } from '../../agent.ts'
import { createAnswerReader } from '../answer/readAnswer.ts'
import type { ToolParts } from '../answer/toolParts.ts'
import { readToken } from '../refusal/claudeToken.ts'

/** What of an entry is read again. */
const Said = z.object({
  type: z.enum(['assistant', 'user']),
  uuid: z.string(),
  message: z.object({ content: z.array(z.unknown()) }),
  isApiErrorMessage: z.boolean().optional(),
  isSidechain: z.boolean().optional(),
  toolUseResult: z.unknown().optional(),
  toolDenialKind: z.string().optional(),
})

/** A conversation that holds the question of a turn that was cut off: up to that, and behind it. */
export interface CutOff { before: readonly MemoryEntry[], entries: readonly MemoryEntry[] }

/** Undefined where the conversation does not hold it yet. */
export async function findCutOff({ continues, answerId, memory }: Turn): Promise<CutOff | undefined> {
  const { resume: sessionId } = readToken(continues)
  const entries = sessionId === undefined ? null : await memory.load({ sessionId })
  const asked = entries?.findLastIndex(({ uuid }) => uuid === answerId) ?? -1
  return !entries || asked < 0 ? undefined : { before: entries.slice(0, asked + 1), entries: entries.slice(asked + 1) }
}

/**
 * What is in the conversation already, as the events it made, and the withdrawal of everything that is recorded and
 * is not in it: that is said, and done, again.
 */
export async function* replay(entries: readonly MemoryEntry[], turn: Turn, tools: ToolParts): AsyncGenerator<AgentEvent> {
  const reader = createAnswerReader({ turn, tools, findWords: async () => undefined })
  const kept = new Set<string>()
  for (const entry of entries) {
    const message = toMessage(entry)
    for (const event of message ? await reader.read(message) : []) {
      if (event.type === 'part')
        kept.add(event.part.id)
      yield event
    }
  }
  const conversation = JSON.stringify(entries)
  for (const part of turn.recorded) {
    if (!kept.has(part.id) && !staysBy(part, conversation))
      yield { type: 'remove', part: part.id }
  }
}

/** What is no word of the conversation stays; what was asked stays with the call that it is about. */
function staysBy(part: Part, conversation: string): boolean {
  switch (part.type) {
    case 'notice': return !PASSING_NOTICES.includes(part.code)
    case 'tasks': return true
    case 'question':
    case 'tool': return conversation.includes(JSON.stringify(part.id))
    case 'permission': return conversation.includes(JSON.stringify(part.toolId))
    default: return false
  }
}

function toMessage(entry: MemoryEntry): SDKMessage | undefined {
  const { data } = Said.safeParse(entry)
  if (!data || data.isApiErrorMessage || data.isSidechain)
    return undefined
  return {
    ...entry,
    parent_tool_use_id: null,
    tool_use_result: data.toolUseResult,
    ...data.toolDenialKind !== undefined && { tool_result_meta: denied(data.message.content) },
  } as unknown as SDKMessage
}

const denied = (content: readonly unknown[]) => content.map(block =>
  ({ id: z.object({ tool_use_id: z.string() }).safeParse(block).data?.tool_use_id ?? '', permission_decision: { decision: 'reject' } }))
