import type { FastifyBaseLogger } from 'fastify'
import type { KeyedQueue } from '../../shared/keyedQueue.ts'
import type { Agent } from '../agents/agent.ts'
import type { Events } from '../events/events.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database } from '../storage/database/database.ts'
import { tidyUnreferenced } from '../storage/rows/blobReferences.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import type { TenantWorkspaces } from '../storage/workspace/tenantWorkspaces.ts'
import { removeRecorded } from '../turns/files/removeRecorded.ts'
import type { Turns } from '../turns/turns.ts'
import { forgetRecord } from './forgetTurn.ts'
import { refuseBusy } from './places.ts'
import { deleteTurn, type DeletedTurn } from './turnRows.ts'

export interface RemoveTurnDeps {
  database: Database
  blobs: BlobStore
  workspaces: TenantWorkspaces
  agent: Agent
  turns: Turns
  sessions: Sessions
  events: Events
  writes: KeyedQueue
  log: FastifyBaseLogger
}

/**
 * Deletes a turn for everybody: what was asked, its answers, their files, and what the agent remembers from it on.
 * @throws a 404, and a 409 while the session's agent is at work, or where the turn is not as it was seen
 */
export function createRemoveTurn({ database, blobs, workspaces, agent, turns, sessions, events, writes, log }: RemoveTurnDeps) {
  /** What only the disk has of it. What goes wrong here is left over, and read by nobody. */
  async function removeCopies(session: SessionKey, { files }: DeletedTurn) {
    try {
      const workspaceFolder = (await workspaces.of(session.tenant)).pathOf(session.id)
      await removeRecorded(database, session, workspaceFolder, files)
      await agent.forget?.({ tenant: session.tenant, sessionId: session.id, workspaceFolder })
    }
    catch (error) {
      log.warn(error, 'a deleted turn left something on the disk')
    }
  }

  async function tell(session: SessionKey, { ids, told, hasVersions }: DeletedTurn) {
    for (const id of ids)
      events.emit(session.tenant, { type: 'message_removed', session_id: session.id, message_id: id })
    const rows = told.length ? await database.selectFrom('messages').selectAll().where('id', 'in', told).where('off_branch', '=', 0).execute() : []
    for (const message of await toMessages(database, rows))
      events.emit(session.tenant, { type: 'message_updated', session_id: session.id, message })
    if (hasVersions)
      events.emit(session.tenant, { type: 'branch_changed', session_id: session.id, message_id: ids[0] ?? '' })
    await sessions.announce(session)
  }

  return (session: SessionKey, messageId: string, unchangedSince: string | null): Promise<void> => writes.run(keyText(session), async () => {
    await sessions.get(session)
    refuseBusy(turns, session)
    await events.open(session)
    const { deleted, freed } = await database.transaction().execute(async (trx) => {
      const deleted = await deleteTurn(trx, session, messageId, unchangedSince)
      return { deleted, freed: await forgetRecord(trx, session, agent) }
    })
    await removeCopies(session, deleted)
    await tell(session, deleted)
    await tidyUnreferenced({ database, blobs, log }, [...freed, ...deleted.files.map(({ storagePath }) => storagePath)])
  })
}
