import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Database } from '../database/database.ts'

/** What is needed to go on in the middle of a turn: it outlives the server. */
export async function keepTurnToken(database: Database, messageId: string, token: string) {
  await database.insertInto('turn_tokens').values({ message_id: messageId, token })
    .onConflict(conflict => conflict.column('message_id').doUpdateSet({ token }))
    .execute()
}

export async function readTurnToken(database: Database, messageId: string): Promise<string | undefined> {
  const row = await database.selectFrom('turn_tokens').select('token').where('message_id', '=', messageId).executeTakeFirst()
  return row?.token
}

/** What the person allowed for the rest of a session. */
export async function readAllowed(database: Database, { tenant, id }: SessionKey) {
  const rows = await database.selectFrom('allowed_rules').select('rule').where('tenant_id', '=', tenant).where('session_id', '=', id).execute()
  const rules = new Set(rows.map(({ rule }) => rule))
  return {
    has: (rule: string) => rules.has(rule),
    async add(rule: string) {
      rules.add(rule)
      await database.insertInto('allowed_rules').values({ tenant_id: tenant, session_id: id, rule })
        .onConflict(conflict => conflict.doNothing())
        .execute()
    },
  }
}
