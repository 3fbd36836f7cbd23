import path from 'node:path'
import type { Agent } from '../../src/server/agents/agent.ts'
import { chooseAgent } from '../../src/server/agents/choice/chooseAgent.ts'
import { createClaudeAgent } from '../../src/server/agents/claude/claude.ts'
import { claudeEnvironments } from '../../src/server/agents/claude/claudeEnvironment.ts'
import { findProcesses } from '../../src/server/agents/claude/process/spawnAgent.ts'
import type { AskingTool } from '../../src/server/agents/claude/tools/offer.ts'
import { openMessagesApi } from './messagesApiStub.ts'
import { openServer, temporaryFolder } from './openServer.ts'

/** The real server with the real Agent SDK; only the API behind it is ours. */
export async function openClaude({ agentTools, budgetUsd, withHelpers = false }: { agentTools?: AskingTool[], budgetUsd?: number, withHelpers?: boolean } = {}) {
  const api = await openMessagesApi()
  const dataFolder = path.join(await temporaryFolder(), 'data')
  const agent = withHelpers
    ? await helpedAgent(dataFolder, api.url)
    : await chooseAgent({
        dataFolder,
        agent: 'claude',
        anthropicApiKey: 'sk-ant-test-key',
        anthropicBaseUrl: api.url,
        agentTools,
        agentBudgetUsd: budgetUsd,
      })
  return { api, server: await openServer({ agent, dataFolder }) }
}

/** Claude that may send for helpers, which it is not offered as yet. */
async function helpedAgent(dataFolder: string, baseUrl: string): Promise<Agent> {
  const sdk = await import('@anthropic-ai/claude-agent-sdk')
  return createClaudeAgent({
    query: ({ prompt, options = {} }) => sdk.query({ prompt, options: { ...options, tools: [...Array.isArray(options.tools) ? options.tools : [], 'Agent'] } }),
  }, { environments: claudeEnvironments({ root: path.join(dataFolder, 'agent'), apiKey: 'sk-ant-test-key', baseUrl }), processes: await findProcesses() })
}

/** Whether the optional package is here at all. */
export async function missingSdk(): Promise<string | undefined> {
  try {
    await import('@anthropic-ai/claude-agent-sdk')
    return undefined
  }
  catch {
    return 'skipped: the optional package @anthropic-ai/claude-agent-sdk is not installed'
  }
}
