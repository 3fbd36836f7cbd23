import path from 'node:path'
import type { Config } from '../../config/config.ts'
import { errorCode } from '../../errors/problems.ts'
import { StartError } from '../../errors/startError.ts'
import type { Agent } from '../agent.ts'
import { createClaudeAgent, type Sdk } from '../claude/claude.ts'
import { prepareClaudeEnvironment } from '../claude/claudeEnvironment.ts'
import { loopbackAgent } from '../loopback/loopback.ts'

type AgentConfig = Pick<Config, 'agent' | 'dataFolder' | 'anthropicApiKey' | 'anthropicBaseUrl'>

export async function chooseAgent({ agent, dataFolder, anthropicApiKey, anthropicBaseUrl }: AgentConfig): Promise<Agent> {
  if (agent === 'loopback' || anthropicApiKey === undefined)
    return loopbackAgent
  const env = await prepareClaudeEnvironment({
    folder: path.join(dataFolder, 'agent'),
    apiKey: anthropicApiKey,
    baseUrl: anthropicBaseUrl,
  })
  return createClaudeAgent(await loadSdk(), env)
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
