import type { SDKAssistantMessageError, SDKMessage } from '@anthropic-ai/claude-agent-sdk'
import { AgentError, type AgentEvent, type Turn } from '../agent.ts'
import { readableReason } from './claudeErrors.ts'
import { refusedFile, type FindWords } from './claudeRefusals.ts'
import { writeToken } from './claudeToken.ts'

const LEFT_OUT = '> A file of this conversation can no longer be read by Claude, so this answer does without it.\n\n'

/** What the SDK says about one turn, as an agent's events. Throws `AgentError` where there is no answer. */
export async function* readAnswer(messages: AsyncIterable<SDKMessage>, turn: Turn, findWords: FindWords): AsyncGenerator<AgentEvent> {
  let said = false
  let trouble: SDKAssistantMessageError | undefined
  let lastEntry: string | undefined
  let accepted = false
  try {
    for await (const message of messages) {
      if (message.type === 'system' && message.subtype === 'init')
        yield { type: 'resumable', token: writeToken(message.session_id) } // a turn that is stopped stays in its memory
      if (message.type === 'assistant' && message.parent_tool_use_id === null) {
        trouble = message.error
        lastEntry = message.uuid
        // The SDK would take it out, go on, and never mention the other images of the message again.
        const refused = accepted ? undefined : await refusedFile(message, turn, findWords)
        if (refused)
          throw refused
        accepted ||= trouble === undefined
      }
      if (beginsText(message)) {
        if (trouble === 'invalid_request') // it went on by itself after taking out what was refused
          yield { type: 'delta', text: LEFT_OUT }
        if (said) // before it used a tool
          yield { type: 'delta', text: '\n\n' }
        trouble = undefined
      }
      const text = textOf(message)
      if (text) {
        said = true
        yield { type: 'delta', text }
      }
      if (message.type === 'result') {
        if (message.is_error)
          throw new Error(message.subtype === 'success' ? message.result : message.errors.join(' '))
        yield { type: 'resumable', token: writeToken(message.session_id, lastEntry) }
        return
      }
    }
    throw new Error('the agent ended without a result')
  }
  catch (error) {
    if (error instanceof AgentError)
      throw error
    throw new AgentError(readableReason(trouble, error), { cause: error })
  }
}

/** Not of a helper that the agent has sent for. */
const eventOf = (message: SDKMessage) =>
  message.type === 'stream_event' && message.parent_tool_use_id === null ? message.event : undefined

function beginsText(message: SDKMessage) {
  const event = eventOf(message)
  return event?.type === 'content_block_start' && event.content_block.type === 'text'
}

function textOf(message: SDKMessage): string | undefined {
  const event = eventOf(message)
  return event?.type === 'content_block_delta' && event.delta.type === 'text_delta' ? event.delta.text : undefined
}
