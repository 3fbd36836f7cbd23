import type { MadeFile, Turn } from '../agents/agent.ts'
import { ProblemError } from '../errors/problems.ts'
import type { MessageRow } from '../storage/database/database.ts'
import { openAgentMemory } from '../storage/memory/agentMemory.ts'
import { AttachmentStorage } from '../storage/rows/attachmentStorage.ts'
import { sessionOf } from '../storage/rows/messageInsert.ts'
import { readAllowed, readTurnToken } from '../storage/rows/turnRows.ts'
import type { TurnDeps } from './turn.ts'

type Kept = Pick<Turn, 'tenant' | 'sessionId' | 'answerId' | 'continues' | 'memory' | 'allowed' | 'attach'>

/** What the server keeps for the agent of one turn. */
export async function openAgentTurn(deps: TurnDeps, asked: MessageRow, answerId: string): Promise<Kept> {
  const session = sessionOf(asked)
  return {
    tenant: session.tenant,
    sessionId: session.id,
    answerId,
    continues: await readTurnToken(deps.database, answerId),
    memory: openAgentMemory(deps, session),
    allowed: await readAllowed(deps.database, session),
    attach: file => attach(deps, session.tenant, answerId, file),
  }
}

/** What is not a picture of a type that can be shown is left out, as the tool's own words say more about it. */
async function attach(deps: TurnDeps, tenant: string, answerId: string, { filename, mimeType, bytes }: MadeFile) {
  try {
    return await new AttachmentStorage(deps, tenant).storeFromBuffer(answerId, filename, bytes, mimeType, 'agent')
  }
  catch (error) {
    if (!(error instanceof ProblemError))
      throw error
    deps.log.warn(error, 'a picture that a tool returned was not kept')
    return undefined
  }
}
