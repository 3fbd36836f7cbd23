import { randomUUID } from 'node:crypto'
import type { Options } from '@anthropic-ai/claude-agent-sdk'
import type { Turn } from '../agent.ts'
import { keepingHooks } from './tools/keepingHooks.ts'
import { readToken } from './refusal/claudeToken.ts'
import { ASKING_TOOLS, offeredTools, systemPrompt, type AskingTool } from './tools/offer.ts'

/** How Claude works, in every turn. */
export function optionsFor(turn: Turn, added: readonly AskingTool[], budgetUsd?: number): Options {
  const { workspaceFolder, memory, model, effort } = turn
  return {
    cwd: workspaceFolder,
    systemPrompt: systemPrompt(added),
    // What a person writes is never read as a command, or as the name of a file of this server.
    verbatimPrompts: true,
    includePartialMessages: true,
    // Nothing that lies on this machine changes how it works.
    settingSources: [],
    strictMcpConfig: true,
    tools: offeredTools(added),
    // In its folder it may do as it likes with files. Everything else is asked, whatever the tool itself holds harmless.
    permissionMode: 'acceptEdits',
    hooks: keepingHooks(turn),
    settings: { permissions: { ask: [...ASKING_TOOLS] } },
    sessionStore: {
      append: ({ sessionId, subpath }, entries) => memory.append({ sessionId, subpath }, entries),
      load: ({ sessionId, subpath }) => memory.load({ sessionId, subpath }),
      listSubkeys: ({ sessionId }) => memory.listSubkeys({ sessionId }),
      delete: ({ sessionId, subpath }) => memory.delete({ sessionId, subpath }),
    },
    sessionStoreFlush: 'eager',
    model: model ?? 'default', // or a conversation goes on with the one that it had
    ...effort !== undefined && { effort: effort as Options['effort'] }, // one of those that the SDK has named
    ...budgetUsd !== undefined && { maxBudgetUsd: budgetUsd },
  }
}

/** Where to go on: with the next message, or in the middle of this one. A copy gets its name here: its tasks lie under it. */
export function startingPoint({ resume, continues }: Pick<Turn, 'resume' | 'continues'>): Options {
  const { resume: session } = readToken(continues)
  const point: Options = session === undefined ? readToken(resume) : { resume: session, forkSession: true }
  return point.forkSession ? { ...point, sessionId: randomUUID() } : point
}
