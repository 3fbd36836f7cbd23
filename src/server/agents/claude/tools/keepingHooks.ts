import type { HookCallback, Options } from '@anthropic-ai/claude-agent-sdk'
import { z } from 'zod'
import type { Turn } from '../../agent.ts'
import { relativePath } from './toolTitles.ts'

const Used = z.object({ tool_input: z.object({ file_path: z.string() }) })

/** Seconds: more than a store that is away is waited for. */
const TIMEOUT_S = 60

/** What a tool has written is stored before its result becomes part of the conversation, wherever that goes on. */
export function keepingHooks({ keep, workspaceFolder }: Pick<Turn, 'keep' | 'workspaceFolder'>): Options['hooks'] {
  const keepFile: HookCallback = async (input) => {
    const { data } = Used.safeParse(input)
    if (data)
      await keep(relativePath(data.tool_input.file_path, workspaceFolder))
    return {}
  }
  const keepAll: HookCallback = async () => {
    await keep()
    return {}
  }
  const afterCommand = { matcher: 'Bash', hooks: [keepAll], timeout: TIMEOUT_S }
  return {
    PostToolUse: [{ matcher: 'Write|Edit', hooks: [keepFile], timeout: TIMEOUT_S }, afterCommand],
    PostToolUseFailure: [afterCommand], // it may have written before it failed
  }
}
