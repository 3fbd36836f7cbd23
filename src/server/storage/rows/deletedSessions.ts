import { sql } from 'kysely'
import { refusal } from '../../errors/problems.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Database, DatabaseTransaction } from '../database/database.ts'

/** Must run in the transaction that deletes the session. */
export async function rememberDeleted(trx: DatabaseTransaction, { tenant, id }: SessionKey): Promise<void> {
  await trx.insertInto('deleted_sessions')
    .values({ tenant_id: tenant, id, deleted_at: new Date().toISOString() })
    .onConflict(conflict => conflict.columns(['tenant_id', 'id']).doNothing())
    .execute()
}

export async function isDeleted(db: Database | DatabaseTransaction, { tenant, id }: SessionKey): Promise<boolean> {
  const row = await db.selectFrom('deleted_sessions').select('id')
    .where('tenant_id', '=', tenant).where('id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

/** Of `sessions`: a session is gone as soon as its deletion is promised, however long it takes to remove all of it. */
export const isNotDeleted = sql<boolean>`not exists (select 1 from deletions where deletions.tenant_id = sessions.tenant_id and deletions.id = sessions.id)`

/** Must run in the transaction that would make the session. @throws where it was deleted: nothing makes it anew under its id */
export async function refuseDeleted(trx: DatabaseTransaction, session: SessionKey): Promise<void> {
  if (await isDeleted(trx, session))
    throw refusal(410, 'session_deleted', 'This session was deleted, so nothing was saved in it. Send it in a new session.')
}
