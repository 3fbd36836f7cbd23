import { sql } from 'kysely'
import type { Database, MessageRow, SessionRow } from '../database/database.ts'

type LastMessage = Pick<MessageRow, 'id' | 'role' | 'status' | 'text' | 'created_at'>

/** A session with what the list of all shows of it. */
export interface OverviewRow extends SessionRow {
  last: LastMessage | null
  attachment_count: number
}

/** Characters of a message that are read for it. */
const READ_CHARS = 1000

/** The rows in the same order. What is looked up is one step each in an index, however long the sessions are. */
export async function withOverview(database: Database, rows: readonly SessionRow[]): Promise<OverviewRow[]> {
  const [first] = rows
  if (!first)
    return []
  const sessions = await database.selectFrom('sessions as s')
    .leftJoin('messages as m', join => join
      .onRef('m.tenant_id', '=', 's.tenant_id').onRef('m.session_id', '=', 's.id').onRef('m.sequence', '=', 's.last_sequence'))
    .where('s.tenant_id', '=', first.tenant_id).where('s.id', 'in', rows.map(({ id }) => id))
    .select(({ selectFrom, fn }) => [
      's.id as session', 'm.id', 'm.role', 'm.status', 'm.created_at',
      sql<string | null>`substr(m.text, 1, ${READ_CHARS})`.as('text'),
      selectFrom('attachments as a').select(fn.countAll<number>().as('count'))
        .whereRef('a.tenant_id', '=', 's.tenant_id').whereRef('a.session_id', '=', 's.id').as('attachment_count'),
    ])
    .execute()
  const byId = new Map(sessions.map(session => [session.session, session]))
  const lastOfVersion = await readLastOfVersions(database, rows.filter(({ branched }) => branched))
  return rows.map((row) => {
    const { attachment_count, id, role, status, text, created_at } = byId.get(row.id) ?? {}
    const last = id && role && status && created_at ? { id, role, status, created_at, text: text ?? '' } : null
    return { ...row, last: row.branched ? lastOfVersion.get(row.id) ?? null : last, attachment_count: attachment_count ?? 0 }
  })
}

/** In a session with versions the newest message may be of another one than the current. */
async function readLastOfVersions(database: Database, rows: readonly SessionRow[]): Promise<Map<string, LastMessage>> {
  const found = new Map<string, LastMessage>()
  for (const { tenant_id, id } of rows) {
    const last = await database.selectFrom('messages').select(['id', 'role', 'status', 'created_at', sql<string>`substr(text, 1, ${READ_CHARS})`.as('text')])
      .where('tenant_id', '=', tenant_id).where('session_id', '=', id).where('off_branch', '=', 0)
      .orderBy('sequence', 'desc')
      .executeTakeFirst()
    if (last)
      found.set(id, last)
  }
  return found
}
