import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk'
import type { ContentBlock, MemoryEntry, Turn } from '../agent.ts'
import { toSdkBlocks } from './claudeBlocks.ts'

/** By its id a prompt is found again in the conversation. */
const promptOf = (id: string, content: ContentBlock[]): SDKUserMessage =>
  ({ type: 'user', uuid: id as SDKUserMessage['uuid'], parent_tool_use_id: null, message: { role: 'user', content: toSdkBlocks(content) } })

/**
 * What a person says in one turn: the message, and what is added while Claude is at work. The SDK stops as soon as
 * there is no more to come, so there is more to come until the turn is over.
 * @param begun the conversation of a turn that was cut off: it holds the message, and maybe some of what was added
 * @param pending where the ids of what was added stand until Claude has heard it
 */
export async function* prompts(turn: Turn, { begun, pending, over }: { begun?: { entries: readonly MemoryEntry[] }, pending: Set<string>, over: AbortSignal }): AsyncGenerator<SDKUserMessage> {
  if (!begun)
    yield promptOf(turn.answerId, turn.content)
  const heard = JSON.stringify(begun?.entries ?? [])
  while (!over.aborted) {
    const added = turn.added.take()
    if (!added) {
      await turn.added.some(over)
    }
    else if (!heard.includes(added.id)) {
      pending.add(added.id)
      yield { ...promptOf(added.id, added.content), priority: 'next' } // between two steps, or behind the last one
    }
  }
}

/** Says nothing, until it is over. */
// eslint-disable-next-line require-yield
export async function* silence(over: AbortSignal): AsyncGenerator<SDKUserMessage> {
  await new Promise(resolve => over.aborted ? resolve(undefined) : over.addEventListener('abort', resolve, { once: true }))
}
