import type { FastifyBaseLogger } from 'fastify'
import type { MadeFile, Turn } from '../../agents/agent.ts'
import { ProblemError } from '../../errors/problems.ts'
import type { Saving } from '../../queues/saving.ts'
import type { BlobStore } from '../blobs/blobStore.ts'
import type { Database, MessageRow } from '../database/database.ts'
import { openAgentMemory } from './agentMemory.ts'
import { AttachmentStorage } from '../rows/attachmentStorage.ts'
import { sessionOf } from '../rows/messageInsert.ts'
import { readAllowed, readTurnToken } from './turnRows.ts'

interface MemoryDeps { database: Database, blobs: BlobStore, saving: Saving, log: FastifyBaseLogger }

type Kept = Pick<Turn, 'tenant' | 'sessionId' | 'answerId' | 'continues' | 'memory' | 'allowed' | 'attach'>

/** What the server keeps for the agent of one turn. */
export async function openAgentTurn(deps: MemoryDeps, asked: MessageRow, answerId: string): Promise<Kept> {
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
async function attach(deps: MemoryDeps, tenant: string, answerId: string, { filename, mimeType, bytes }: MadeFile) {
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
