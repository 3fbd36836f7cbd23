import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Database } from '../database/database.ts'

/** How far a session's event ids have been handed out; undefined where there is no such session. */
export async function readReservedEvents(database: Database, { tenant, id }: SessionKey): Promise<number | undefined> {
  const row = await database.selectFrom('sessions').select('reserved_event_id')
    .where('tenant_id', '=', tenant).where('id', '=', id)
    .executeTakeFirst()
  return row?.reserved_event_id
}

/** From now on ids up to this one may be used: after a restart none of them is used again. */
export async function reserveEvents(database: Database, { tenant, id }: SessionKey, upTo: number): Promise<void> {
  await database.updateTable('sessions').set({ reserved_event_id: upTo })
    .where('tenant_id', '=', tenant).where('id', '=', id).where('reserved_event_id', '<', upTo)
    .execute()
}
