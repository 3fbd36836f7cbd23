import type { Agent } from '../agents/agent.ts'
import type { Events } from '../events/events.ts'
import type { KeyedQueue } from '../../shared/keyedQueue.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import { noSuchSession } from './sessions.ts'
import { rememberDeleted } from '../storage/rows/deletedSessions.ts'
import { deleteUnreferenced } from '../storage/rows/blobReferences.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database } from '../storage/database/database.ts'
import type { TenantWorkspaces } from '../storage/workspace/tenantWorkspaces.ts'

/** What removal needs of the turns: end what runs in the session, forget what waits, resolve when nothing of it runs. */
interface DroppableTurns {
  drop(session: SessionKey): Promise<void>
}

/** Removes a session with everything in it. A running turn is stopped first; a message on its way waits and is then refused. */
export async function removeSession(session: SessionKey, { database, blobs, workspaces, agent, turns, events, writes }: {
  database: Database
  blobs: BlobStore
  workspaces: TenantWorkspaces
  agent: Pick<Agent, 'forget'>
  turns: DroppableTurns
  events: Events
  writes: KeyedQueue
}) {
  const { tenant, id } = session
  await writes.run(keyText(session), async () => {
    await requireSession(database, session)
    await events.open(session)
    await turns.drop(session)
    const keys = await bytesOf(database, session)
    // Rows first: bytes that a crash leaves over are swept later, rows without bytes would be a broken history.
    await database.transaction().execute(async (trx) => {
      await trx.deleteFrom('sessions').where('tenant_id', '=', tenant).where('id', '=', id).execute()
      await trx.deleteFrom('event_sequences').where('tenant_id', '=', tenant).where('session_id', '=', id).execute()
      await rememberDeleted(trx, session)
    })
    await deleteUnreferenced(database, blobs, keys)
    await (await workspaces.of(tenant)).remove(id)
    await agent.forget?.({ tenant, sessionId: id })
    events.emit(tenant, { type: 'session_deleted', session_id: id })
  })
}

/** Where the bytes are that the session's rows name: what was attached, and what the agent remembers. */
async function bytesOf(database: Database, { tenant, id }: SessionKey): Promise<string[]> {
  const keys: string[] = []
  for (const table of ['attachments', 'transcript_blobs'] as const) {
    const rows = await database.selectFrom(table).select('storage_path').where('tenant_id', '=', tenant).where('session_id', '=', id).execute()
    keys.push(...rows.map(({ storage_path }) => storage_path))
  }
  return keys
}

async function requireSession(database: Database, { tenant, id }: SessionKey) {
  const row = await database.selectFrom('sessions').select('id').where('tenant_id', '=', tenant).where('id', '=', id).executeTakeFirst()
  if (!row)
    throw noSuchSession()
}
