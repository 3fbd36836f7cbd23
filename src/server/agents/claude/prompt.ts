import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk'
import type { Turn } from '../agent.ts'
import { toSdkBlocks } from './claudeBlocks.ts'

/** The SDK stops as soon as there is no more to come, so there is more to come until the turn is over. */
export async function* onePrompt({ content, answerId }: Turn, over: AbortSignal): AsyncGenerator<SDKUserMessage> {
  // By its id the prompt is found again in the conversation.
  yield { type: 'user', uuid: answerId as SDKUserMessage['uuid'], parent_tool_use_id: null, message: { role: 'user', content: toSdkBlocks(content) } }
  yield* silence(over)
}

/** Says nothing, until it is over. */
// eslint-disable-next-line require-yield
export async function* silence(over: AbortSignal): AsyncGenerator<SDKUserMessage> {
  await new Promise(resolve => over.aborted ? resolve(undefined) : over.addEventListener('abort', resolve, { once: true }))
}
