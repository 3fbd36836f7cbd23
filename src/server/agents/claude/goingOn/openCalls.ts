import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { MemoryEntry } from '../../agent.ts'
import type { ToolCall } from '../answer/toolParts.ts'

const Entry = z.object({
  type: z.enum(['assistant', 'user']),
  uuid: z.string(),
  isSidechain: z.boolean().optional(),
  message: z.object({ content: z.array(z.unknown()) }),
})
const Called = z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()) })
const Resulted = z.object({ type: z.literal('tool_result'), tool_use_id: z.string() })

/** A call without a result, and the entry that holds it. */
export interface OpenCall extends ToolCall { entry: string }

/** The calls that have no result in a conversation, in order. */
export function openCalls(entries: readonly MemoryEntry[]): OpenCall[] {
  const open = new Map<string, OpenCall>()
  for (const entry of entries) {
    const { data } = Entry.safeParse(entry)
    if (!data || data.isSidechain)
      continue
    for (const block of data.message.content) {
      const called = Called.safeParse(block).data
      if (called)
        open.set(called.id, { id: called.id, name: called.name, input: called.input, entry: data.uuid })
      open.delete(Resulted.safeParse(block).data?.tool_use_id ?? '')
    }
  }
  return Array.from(open.values())
}

/** Whose and where an entry is: the same in all of a conversation. */
const PLACE = ['userType', 'entrypoint', 'cwd', 'sessionId', 'version', 'gitBranch']

/** Entries that are put behind those of a conversation, each behind the one before. */
export function entriesBehind(entries: readonly MemoryEntry[]) {
  const last = entries.findLast(({ uuid, isSidechain }) => uuid !== undefined && !isSidechain)
  const place = Object.fromEntries(PLACE.map(name => [name, last?.[name]]))
  let parentUuid = last?.uuid ?? null

  return (body: MemoryEntry): MemoryEntry => {
    const entry = { parentUuid, isSidechain: false, ...body, uuid: randomUUID(), timestamp: new Date().toISOString(), ...place }
    parentUuid = entry.uuid
    return entry
  }
}

/** What the SDK writes of a call that is put off: it asks for it and runs it as soon as the conversation goes on. */
export const putOff = ({ id, name, input }: OpenCall): MemoryEntry => ({
  type: 'attachment',
  attachment: { type: 'hook_deferred_tool', toolUseID: id, toolName: name, toolInput: input, hookName: `PreToolUse:${name}`, hookEvent: 'PreToolUse', permissionMode: 'acceptEdits' },
})

/** What came of a call, in the SDK's shape. */
export const resultOf = ({ id, entry }: OpenCall, content: string, isError: boolean): MemoryEntry => ({
  type: 'user',
  message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content, ...isError && { is_error: true } }] },
  toolUseResult: isError ? `Error: ${content}` : content,
  sourceToolAssistantUUID: entry,
})
