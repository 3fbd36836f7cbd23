import type { AgentEvent, MemoryEntry, Turn } from '../../agent.ts'
import { ToolResults } from '../answer/blocks.ts'
import type { ToolParts } from '../answer/toolParts.ts'
import { readToken } from '../refusal/claudeToken.ts'
import { earlierTasks } from './earlierTasks.ts'
import { openCalls } from './openCalls.ts'
import { replay, type CutOff } from './replay.ts'
import { completeCalls } from './completeCalls.ts'

/** Brings the answer and the conversation to where a turn that was cut off goes on. @returns the conversation's entries then */
export async function* goOn({ before, entries: cutOff }: CutOff, turn: Turn, tools: ToolParts): AsyncGenerator<AgentEvent, readonly MemoryEntry[]> {
  if (turn.continues !== undefined)
    yield { type: 'resumable', token: turn.continues } // until there is a whole copy to go on with
  tools.tasks.remember(earlierTasks(before))
  yield* replay(cutOff, turn, tools)
  const completed = await completeCalls(cutOff, openCalls(cutOff), turn)
  const { resume: sessionId } = readToken(turn.continues)
  if (!completed.length || sessionId === undefined)
    return cutOff
  await turn.memory.append({ sessionId }, completed)
  for (const { message, toolUseResult } of completed) {
    const results = ToolResults.safeParse({ message, tool_use_result: toolUseResult }).data
    yield* results ? await tools.end(results) : []
  }
  return [...cutOff, ...completed]
}
