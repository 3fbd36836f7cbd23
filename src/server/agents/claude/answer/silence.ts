import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk'
import type { AgentEvent } from '../../agent.ts'

/** A person wonders then. */
const LONG_MS = 10_000
const ID = 'still-waiting'

export type Silence = ReturnType<typeof createSilence>

/**
 * Says so when nothing comes from Claude for long while it is its turn to speak, and takes that back with its next word.
 * @param calls ids of those that tools or the person are busy with as the turn begins
 */
export function createSilence(tell: (events: AgentEvent[]) => void, calls: readonly string[] = []) {
  const busy = new Set(calls)
  let timer: NodeJS.Timeout | undefined
  let isSaid = false

  function say() {
    isSaid = true
    tell([{ type: 'part', part: { type: 'notice', id: ID, code: 'still_waiting', text: 'Claude has not said anything for a while. Still waiting for it.' } }])
  }

  function quiet() {
    clearTimeout(timer)
    if (isSaid)
      tell([{ type: 'remove', part: ID }])
    isSaid = false
  }

  return {
    note(message: SDKMessage) {
      quiet()
      for (const block of blocksOf(message)) {
        if (block.type === 'tool_use')
          busy.add(block.id)
        else if (block.type === 'tool_result')
          busy.delete(block.tool_use_id)
      }
      if (!busy.size && message.type !== 'result')
        timer = setTimeout(say, LONG_MS).unref()
    },
    end: quiet,
  }
}

function blocksOf(message: SDKMessage) {
  const content = message.type === 'assistant' || message.type === 'user' ? message.message.content : ''
  return typeof content === 'string' ? [] : content
}
