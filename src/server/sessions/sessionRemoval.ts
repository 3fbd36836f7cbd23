import type { FastifyBaseLogger } from 'fastify'
import { setImmediate as yieldToEventLoop } from 'node:timers/promises'
import type { Agent } from '../agents/agent.ts'
import type { Events } from '../events/events.ts'
import type { KeyedQueue } from '../../shared/keyedQueue.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import { noSuchSession } from './sessions.ts'
import { completeDeletion, promiseDeletion, promisedDeletions, removeSomeRows, type Deletion } from './deletions.ts'
import { tidyUnreferenced } from '../storage/rows/blobReferences.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database } from '../storage/database/database.ts'
import type { TenantWorkspaces } from '../storage/workspace/tenantWorkspaces.ts'

/** What removal needs of the turns: end what runs in the session, forget what waits, resolve when nothing of it runs. */
interface DroppableTurns {
  drop(session: SessionKey): Promise<void>
}

/**
 * Removes sessions with everything in them. The deletion is promised in the database first, and from then on the
 * session is gone for everybody. What it consists of is removed in steps; what cannot be removed now is tried again.
 */
export function createSessionRemoval({ database, blobs, workspaces, agent, turns, events, writes, log }: {
  database: Database
  blobs: BlobStore
  workspaces: TenantWorkspaces
  agent: Agent
  turns: DroppableTurns
  events: Events
  writes: KeyedQueue
  log: FastifyBaseLogger
}) {
  /** Rows before bytes: bytes that are left over are found later, rows without bytes would be a broken history. */
  async function removeRows(session: SessionKey) {
    for (;;) {
      const { removed, storagePaths } = await removeSomeRows(database, session)
      await tidyUnreferenced({ database, blobs, log }, storagePaths)
      if (removed === 0)
        return
      await yieldToEventLoop() // a hundred thousand messages at a stretch would keep everybody waiting
    }
  }

  async function complete(deletion: Deletion) {
    const { session, token } = deletion
    await removeRows(session)
    const ofTenant = await workspaces.of(session.tenant)
    const results = await Promise.allSettled([
      agent.forget?.({ tenant: session.tenant, sessionId: session.id, workspaceFolder: ofTenant.pathOf(session.id), resume: token }),
      ofTenant.remove(session.id),
    ])
    const failed = results.find(result => result.status === 'rejected')
    if (failed)
      throw failed.reason
    await completeDeletion(database, session)
  }

  const inItsTurn = (session: SessionKey, work: () => Promise<void>) => writes.run(keyText(session), work)

  /** @returns whether nothing of it is left */
  async function tryToComplete(deletion: Deletion): Promise<boolean> {
    try {
      await complete(deletion)
      return true
    }
    catch (error) {
      log.warn(error, 'a deleted session is not removed as a whole yet; this is tried again')
      return false
    }
  }

  return {
    /**
     * A running turn is stopped first; a message on its way waits and is then refused.
     * @param unchangedSince as in `promiseDeletion`
     * @throws a 404, and a 409 where a person wrote in it since
     */
    async remove(session: SessionKey, unchangedSince: string | null = null) {
      await inItsTurn(session, async () => {
        const deletion = await promiseDeletion(database, session, unchangedSince)
        if (!deletion)
          throw noSuchSession()
        await events.open(session)
        await turns.drop(session)
        events.emit(session.tenant, { type: 'session_deleted', session_id: session.id })
        await tryToComplete(deletion)
      })
    },

    /** Goes on with what an earlier try, or an earlier process, could not complete. */
    async retry() {
      for (const deletion of await promisedDeletions(database))
        await inItsTurn(deletion.session, async () => void await tryToComplete(deletion))
    },
  }
}
