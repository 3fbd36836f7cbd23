import { refusal } from '../../errors/problems.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Database, DatabaseTransaction } from '../database/database.ts'

/** So long is known under which keys messages came that were removed: whoever was away meanwhile sends them again. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000

/** Messages that are being removed: what comes again under their keys is not begun anew. Must run before their rows go. */
export async function rememberKeys(trx: DatabaseTransaction, { tenant, id }: SessionKey, messageIds: readonly string[]): Promise<void> {
  const now = Date.now()
  const rows = await trx.selectFrom('messages').select('client_message_id').where('id', 'in', messageIds).where('client_message_id', 'is not', null).execute()
  const keys = rows.flatMap(({ client_message_id }) => client_message_id ?? [])
  await trx.deleteFrom('removed_keys').where('tenant_id', '=', tenant).where('session_id', '=', id).where('removed_at', '<=', new Date(now - KEPT_MS).toISOString()).execute()
  if (keys.length) {
    await trx.insertInto('removed_keys')
      .values(keys.map(key => ({ tenant_id: tenant, session_id: id, client_message_id: key, removed_at: new Date(now).toISOString() })))
      .onConflict(conflict => conflict.columns(['tenant_id', 'session_id', 'client_message_id']).doNothing())
      .execute()
  }
}

/** @throws a 410 where the message that came under this key was removed */
export async function refuseRemoved(database: Database, { tenant, id }: SessionKey, clientMessageId: string): Promise<void> {
  const removed = await database.selectFrom('removed_keys').select('removed_at')
    .where('tenant_id', '=', tenant).where('session_id', '=', id).where('client_message_id', '=', clientMessageId)
    .executeTakeFirst()
  if (removed)
    throw refusal(410, 'message_removed', 'The message that came under this key was cancelled, replaced or deleted. To send it once more, use another key.')
}
