import path from 'node:path'
import { chooseAgent } from '../../src/server/agents/choice/chooseAgent.ts'
import type { AskingTool } from '../../src/server/agents/claude/tools/offer.ts'
import { openMessagesApi } from './messagesApiStub.ts'
import { openServer, temporaryFolder } from './openServer.ts'

/** The real server with the real Agent SDK; only the API behind it is ours. */
export async function openClaude({ agentTools, budgetUsd }: { agentTools?: AskingTool[], budgetUsd?: number } = {}) {
  const api = await openMessagesApi()
  const dataFolder = path.join(await temporaryFolder(), 'data')
  const agent = await chooseAgent({
    dataFolder,
    agent: 'claude',
    anthropicApiKey: 'sk-ant-test-key',
    anthropicBaseUrl: api.url,
    agentTools,
    agentBudgetUsd: budgetUsd,
  })
  return { api, server: await openServer({ agent, dataFolder }) }
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
