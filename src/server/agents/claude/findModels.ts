import type { AgentModel } from '../../../shared/protocol/agent.ts'
import type { Sdk } from './claude.ts'
import type { ClaudeEnvironments } from './claudeEnvironment.ts'
import { silence } from './prompts.ts'
import { toModels } from './tools/models.ts'

const NOBODY = { tenant: '', sessionId: 'models' }
/** Milliseconds that a process may take to say which models there are. */
const ASKING_MS = 30_000

/** Asks a process that answers nobody; once, unless it fails. */
export function createFindModels(sdk: Sdk, environments: ClaudeEnvironments, spawn: object): () => Promise<AgentModel[]> {
  let found: Promise<AgentModel[]> | undefined

  async function ask(): Promise<AgentModel[]> {
    const over = new AbortController()
    const timer = setTimeout(() => over.abort(), ASKING_MS)
    try {
      const env = await environments.prepare(NOBODY)
      const messages = sdk.query({ prompt: silence(over.signal), options: { cwd: env.HOME, env, settingSources: [], strictMcpConfig: true, tools: [], persistSession: false, abortController: over, ...spawn } })
      return toModels(await messages.supportedModels())
    }
    finally {
      clearTimeout(timer)
      over.abort()
      await environments.remove(NOBODY).catch(() => undefined) // its process may still be about to leave
    }
  }

  return () => {
    const asked = found ??= ask()
    asked.catch(() => { found = undefined })
    return asked
  }
}
