import type { SessionKey } from '../identity/sessionKey.ts'
import type { Database, DatabaseTransaction } from '../storage/database/database.ts'
import { refusal } from '../errors/problems.ts'
import { rememberDeleted } from '../storage/rows/deletedSessions.ts'

/** Messages that go at once: a few milliseconds. */
const MESSAGES_AT_ONCE = 500

/** A session that is deleted for everybody, of which something is left. */
export interface Deletion {
  session: SessionKey
  /** With what its agent would go on. */
  token?: string
}

/**
 * From then on the session is not found any more, and no message makes it anew. Undefined where there is none.
 * @param unchangedSince the session's `updatedAt` as it was seen
 * @throws a 409 where a person wrote in it since
 */
export function promiseDeletion(database: Database, session: SessionKey, unchangedSince: string | null): Promise<Deletion | undefined> {
  const { tenant, id } = session
  return database.transaction().execute(async (trx) => {
    const row = await trx.selectFrom('sessions').select('agent_session_id').where('tenant_id', '=', tenant).where('id', '=', id).executeTakeFirst()
    const isPromised = await trx.selectFrom('deletions').select('id').where('tenant_id', '=', tenant).where('id', '=', id).executeTakeFirst()
    if (!row || isPromised)
      return undefined
    if (unchangedSince !== null)
      await refuseWritten(trx, session, unchangedSince)
    await rememberDeleted(trx, session)
    await trx.insertInto('deletions').values({ tenant_id: tenant, id, agent_session_id: row.agent_session_id }).execute()
    return { session, token: row.agent_session_id ?? undefined }
  })
}

/** What the agent says to what was seen is no reason to keep it. */
async function refuseWritten(trx: DatabaseTransaction, { tenant, id }: SessionKey, since: string) {
  const newer = await trx.selectFrom('messages').select('id')
    .where('tenant_id', '=', tenant).where('session_id', '=', id).where('role', '=', 'user').where('created_at', '>', since)
    .limit(1)
    .executeTakeFirst()
  if (newer)
    throw refusal(409, 'changed_since', 'Something new was written there, so it was not deleted.')
}

export async function promisedDeletions(database: Database): Promise<Deletion[]> {
  const rows = await database.selectFrom('deletions').selectAll().execute()
  return rows.map(({ tenant_id, id, agent_session_id }) => ({ session: { tenant: tenant_id, id }, token: agent_session_id ?? undefined }))
}

/** Removes some of its messages, or of what its agent remembers. @returns how many, and where bytes are that may have lost their last reference */
export function removeSomeRows(database: Database, { tenant, id }: SessionKey): Promise<{ removed: number, storagePaths: string[] }> {
  return database.transaction().execute(async (trx) => {
    const messages = await trx.selectFrom('messages').select('id')
      .where('tenant_id', '=', tenant).where('session_id', '=', id)
      .limit(MESSAGES_AT_ONCE)
      .execute()
    if (!messages.length)
      return removeSomeMemory(trx, { tenant, id })
    const ids = messages.map(message => message.id)
    const attachments = await trx.selectFrom('attachments').select('storage_path').where('message_id', 'in', ids).execute()
    await trx.deleteFrom('messages').where('id', 'in', ids).execute()
    return { removed: ids.length, storagePaths: attachments.map(({ storage_path }) => storage_path) }
  })
}

async function removeSomeMemory(trx: DatabaseTransaction, { tenant, id }: SessionKey) {
  const entries = await trx.selectFrom('transcript_entries').select('position')
    .where('tenant_id', '=', tenant).where('session_id', '=', id)
    .limit(MESSAGES_AT_ONCE)
    .execute()
  if (entries.length)
    await trx.deleteFrom('transcript_entries').where('position', 'in', entries.map(({ position }) => position)).execute()
  const bytes = await trx.deleteFrom('transcript_blobs')
    .where('tenant_id', '=', tenant).where('session_id', '=', id)
    .returning('storage_path')
    .execute()
  return { removed: entries.length + bytes.length, storagePaths: bytes.map(({ storage_path }) => storage_path) }
}

/** Nothing of it is left but its id, which is not used again. */
export async function completeDeletion(database: Database, { tenant, id }: SessionKey): Promise<void> {
  await database.transaction().execute(async (trx) => {
    await trx.deleteFrom('sessions').where('tenant_id', '=', tenant).where('id', '=', id).execute()
    await trx.deleteFrom('event_sequences').where('tenant_id', '=', tenant).where('session_id', '=', id).execute()
    await trx.deleteFrom('deletions').where('tenant_id', '=', tenant).where('id', '=', id).execute()
  })
}
