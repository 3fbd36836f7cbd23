import type { Config } from '../config.ts'
import type { Agent } from './agent.ts'
import { loopbackAgent } from './loopback.ts'

export async function chooseAgent(_config: Config): Promise<Agent> {
  return loopbackAgent
}
