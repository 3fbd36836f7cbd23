import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk'
import { plainLine } from '../../../../shared/plainText.ts'
import type { AgentEvent } from '../../agent.ts'

const MODEL_CHARS = 100

/** What happened to the turn that is no word of the answer. */
export function noticeOf(message: SDKMessage): AgentEvent[] {
  if (message.type !== 'system')
    return []
  switch (message.subtype) {
    case 'compact_boundary':
      return notice(message.uuid, 'compacted', 'The earlier part of this conversation was summed up, to make room for more.')
    case 'api_retry': // the next try replaces it
      return notice('retrying', 'retrying', `${message.error === 'overloaded' ? 'Claude is overloaded' : 'Claude could not be reached'} and is asked again (${message.attempt} of ${message.max_retries}).`)
    case 'model_refusal_fallback':
      return notice(message.uuid, 'model_changed', `${plainLine(message.fallback_model, MODEL_CHARS)} answers instead of ${plainLine(message.original_model, MODEL_CHARS)}.`)
    default:
      return []
  }
}

const notice = (id: string, code: string, text: string): AgentEvent[] => [{ type: 'part', part: { type: 'notice', id, code, text } }]
