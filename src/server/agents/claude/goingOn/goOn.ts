import type { AgentEvent, MemoryEntry, Turn } from '../../agent.ts'
import { ToolResults } from '../answer/blocks.ts'
import type { ToolParts } from '../answer/toolParts.ts'
import { readToken } from '../refusal/claudeToken.ts'
import { openCalls } from './openCalls.ts'
import { replay } from './replay.ts'
import { settleCalls } from './settleCalls.ts'

/** Brings the answer and the conversation to where a turn that was cut off goes on. */
export async function* goOn(cutOff: readonly MemoryEntry[], turn: Turn, tools: ToolParts): AsyncGenerator<AgentEvent> {
  yield* replay(cutOff, turn, tools)
  const settled = await settleCalls(cutOff, openCalls(cutOff), turn)
  const { resume: sessionId } = readToken(turn.continues)
  if (!settled.length || sessionId === undefined)
    return
  await turn.memory.append({ sessionId }, settled)
  for (const { message, toolUseResult } of settled) {
    const results = ToolResults.safeParse({ message, tool_use_result: toolUseResult }).data
    yield* results ? await tools.end(results) : []
  }
}
