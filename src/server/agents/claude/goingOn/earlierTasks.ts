import { z } from 'zod'
import type { MemoryEntry } from '../../agent.ts'
import { ResultBlock } from '../answer/blocks.ts'
import type { TaskCall } from '../answer/tasks.ts'
import { TASK_TOOLS } from '../tools/offer.ts'

const Entry = z.object({ message: z.object({ content: z.array(z.unknown()) }), toolUseResult: z.unknown().optional() })
const Called = z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()) })

/** What the tools for tasks did in a conversation, up to an entry of it or to its end: in this version, not in others. */
export function* earlierTasks(entries: readonly MemoryEntry[], last?: string): Generator<[TaskCall, unknown]> {
  const calls = new Map<string, TaskCall>()
  for (const { message, toolUseResult } of inLine(entries, last)) {
    for (const block of message.content) {
      const called = Called.safeParse(block).data
      if (called && TASK_TOOLS.includes(called.name))
        calls.set(called.id, called)
      const call = calls.get(succeeded(block) ?? '')
      if (call)
        yield [call, toolUseResult]
    }
  }
}

/** The call that a result is of, unless it failed. */
function succeeded(block: unknown): string | undefined {
  const { data } = ResultBlock.safeParse(block)
  return data?.is_error ? undefined : data?.tool_use_id
}

/** Of several calls side by side only one result stands in the line; the others hang on it. */
function inLine(entries: readonly MemoryEntry[], last: string | undefined) {
  const line = lineOf(entries, last)
  return entries.filter(entry => line.has(entry.uuid) || line.has(parentOf(entry))).flatMap(entry => Entry.safeParse(entry).data ?? [])
}

/** The ids of an entry and of all that it follows. */
function lineOf(entries: readonly MemoryEntry[], last: string | undefined): ReadonlySet<unknown> {
  const parents = new Map(entries.map(entry => [entry.uuid, parentOf(entry)]))
  const line = new Set<unknown>()
  for (let id: unknown = last ?? entries.findLast(({ uuid, isSidechain }) => uuid !== undefined && !isSidechain)?.uuid; id !== undefined && !line.has(id); id = typeof id === 'string' ? parents.get(id) : undefined)
    line.add(id)
  return line
}

/** A summary of what was said names in its own way what it follows. */
const parentOf = ({ parentUuid, logicalParentUuid }: MemoryEntry): unknown => parentUuid ?? logicalParentUuid ?? undefined
