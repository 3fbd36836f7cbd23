import { createHash } from 'node:crypto'
import type { AgentChoice } from '../../shared/protocol/agent.ts'

/** What was sent under one id, with who is to answer it: for another one it is another message. */
export const hashWithChoice = (bodySha256: string, { model, effort }: AgentChoice = {}): string =>
  model === undefined && effort === undefined
    ? bodySha256
    : createHash('sha256').update(JSON.stringify([bodySha256, model ?? null, effort ?? null])).digest('hex')

/** Undefined where nothing was chosen. */
export const choiceOf = ({ model, effort }: AgentChoice): AgentChoice | undefined =>
  model === undefined && effort === undefined ? undefined : { model, effort }
