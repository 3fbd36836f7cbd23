import path from 'node:path'
import { plainLine } from '../../../../shared/plainText.ts'
import type { Part, ToolPart } from '../../../../shared/protocol/parts.ts'
import type { AgentEvent, Turn } from '../../agent.ts'
import { boundedInput } from '../../bounded.ts'
import { harmlessInput, titleOf } from '../tools/toolTitles.ts'
import { QUESTION_TOOL, TASK_TOOLS } from '../tools/offer.ts'
import { ResultBlock, type ToolResults } from './blocks.ts'
import { createTasks } from './tasks.ts'
import { outputOf } from './toolOutput.ts'

const NAME_CHARS = 100

export interface ToolCall { id: string, name: string, input: Record<string, unknown> }

export type ToolParts = ReturnType<typeof createToolParts>

/** What Claude uses, as parts with the ids of the calls. What is recorded of a turn that goes on is known. */
export function createToolParts(turn: Turn) {
  const calls = new Map<string, ToolCall>()
  const parts = new Map(turn.recorded.flatMap((part: Part) => part.type === 'tool' ? [[part.id, part] as const] : []))
  const tasks = createTasks()

  function put(part: ToolPart): AgentEvent[] {
    parts.set(part.id, part)
    return [{ type: 'part', part }]
  }

  const begun = ({ id, name, input }: ToolCall, parentId: string | null): ToolPart => ({
    type: 'tool', id, name: plainLine(name, NAME_CHARS),
    title: titleOf(name, input, turn.workspaceFolder),
    ...boundedInput(harmlessInput(input, turn.workspaceFolder)),
    status: 'running', startedAt: new Date().toISOString(), endedAt: null, output: null, parentId,
  })

  async function end(block: ResultBlock, results: ToolResults): Promise<AgentEvent[]> {
    const call = calls.get(block.tool_use_id)
    const part = parts.get(block.tool_use_id)
    if (call && TASK_TOOLS.includes(call.name))
      return block.is_error ? [] : tasks.change(call, results.tool_use_result)
    if (!part || part.endedAt !== null)
      return []
    const output = await outputOf(block, results.tool_use_result, turn, imageName(call))
    return put({ ...part, status: statusOf(block, results), endedAt: new Date().toISOString(), output })
  }

  return {
    tasks,

    /** Adds the call's part, unless something else shows it. The same call again is the same part. */
    begin(call: ToolCall, parentId: string | null = null): AgentEvent[] {
      calls.set(call.id, call)
      if (parts.has(call.id) || call.name === QUESTION_TOOL || TASK_TOOLS.includes(call.name))
        return []
      return put(begun(call, parentId))
    },

    /** Somebody is asked whether the call may be, or is not any more. */
    wait(id: string, isAsked: boolean): AgentEvent[] {
      const part = parts.get(id)
      return part && part.endedAt === null ? put({ ...part, status: isAsked ? 'waiting' : 'running' }) : []
    },

    async end(results: ToolResults): Promise<AgentEvent[]> {
      const events: AgentEvent[] = []
      for (const content of results.message.content) {
        const { data } = ResultBlock.safeParse(content)
        if (data)
          events.push(...await end(data, results))
      }
      return events
    },
  }
}

function statusOf({ is_error, tool_use_id }: ResultBlock, { tool_result_meta }: ToolResults): 'done' | 'failed' | 'denied' {
  const meta = tool_result_meta?.find(({ id }) => id === tool_use_id)
  if (meta?.permission_decision?.decision === 'reject')
    return 'denied'
  return is_error ? 'failed' : 'done'
}

function imageName(call: ToolCall | undefined): string {
  const file = call?.input.file_path
  return typeof file === 'string' ? path.basename(file) : 'image'
}
