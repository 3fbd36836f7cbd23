import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import { plainLine } from '../../../../shared/plainText.ts'
import type { AgentEvent } from '../../agent.ts'

const MODEL_CHARS = 100
const RETRYING = 'retrying'

/** What the SDK says in the person's place when a model's safeguards have stopped it. */
const Refused = z.object({ refused_message_id: z.string().max(150) })

/** What happened to the turn that is no word of the answer. */
export function noticeOf(message: SDKMessage): AgentEvent[] {
  if (message.type !== 'system')
    return []
  switch (message.subtype) {
    case 'compact_boundary':
      return notice(message.uuid, 'compacted', 'The earlier part of this conversation was summed up, to make room for more.')
    case 'model_refusal_fallback':
      return notice(message.uuid, 'model_changed', `${plainLine(message.fallback_model, MODEL_CHARS)} answers instead of ${plainLine(message.original_model, MODEL_CHARS)}.`)
    default:
      return []
  }
}

/** Says that Claude is asked again, until it answers. */
export function createRetrying() {
  let isSaid = false

  return {
    note(message: SDKMessage): AgentEvent[] {
      if (message.type !== 'system' || message.subtype !== 'api_retry')
        return []
      isSaid = true
      return notice(RETRYING, 'retrying', `${message.error === 'overloaded' ? 'Claude is overloaded' : 'Claude could not be reached'} and is asked again (${message.attempt} of ${message.max_retries}).`) // the next try replaces it
    },

    /** It has begun to speak. */
    end(): AgentEvent[] {
      const events: AgentEvent[] = isSaid ? [{ type: 'remove', part: RETRYING }] : []
      isSaid = false
      return events
    },
  }
}

/** It broke off, and is told to go on without that. */
export function safeguardNotice(message: SDKMessage): AgentEvent[] {
  const { data } = Refused.safeParse(message)
  return data ? notice(data.refused_message_id, 'safeguards_stopped', 'Safeguards of the model stopped what Claude was saying. It goes on without that.') : []
}

const notice = (id: string, code: string, text: string): AgentEvent[] => [{ type: 'part', part: { type: 'notice', id, code, text } }]
