import path from 'node:path'
import type { Config } from '../../config/config.ts'
import { errorCode } from '../../errors/problems.ts'
import { StartError } from '../../errors/startError.ts'
import type { Agent } from '../agent.ts'
import { createClaudeAgent, type Sdk } from '../claude/claude.ts'
import { claudeEnvironments } from '../claude/claudeEnvironment.ts'
import { findProcesses, SILENCE_S } from '../claude/process/spawnAgent.ts'
import { loopbackAgent } from '../loopback/loopback.ts'

type AgentConfig = Pick<Config, 'agent' | 'dataFolder' | 'anthropicApiKey' | 'anthropicBaseUrl'> & Partial<Pick<Config, 'agentTools' | 'agentBudgetUsd' | 'machines'>>

export async function chooseAgent({ agent, dataFolder, anthropicApiKey, anthropicBaseUrl, agentTools, agentBudgetUsd, machines }: AgentConfig): Promise<Agent> {
  if (agent === 'loopback' || anthropicApiKey === undefined)
    return loopbackAgent
  return createClaudeAgent(await loadSdk(), {
    environments: claudeEnvironments({ root: path.join(dataFolder, 'agent'), apiKey: anthropicApiKey, baseUrl: anthropicBaseUrl }),
    processes: await findProcesses(machines === 'many' ? SILENCE_S : undefined),
    addedTools: agentTools,
    budgetUsd: agentBudgetUsd,
  })
}

/** Only when it is needed: it is large, and an installation may leave it out. */
async function loadSdk(): Promise<Sdk> {
  try {
    return await import('@anthropic-ai/claude-agent-sdk')
  }
  catch (error) {
    if (errorCode(error) === 'ERR_MODULE_NOT_FOUND')
      throw new StartError('Claude cannot answer because the package @anthropic-ai/claude-agent-sdk is not installed. Install it with: npm install --include=optional')
    throw error
  }
}
