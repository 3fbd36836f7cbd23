import type { Kysely } from 'kysely'
import { hasColumn } from '../dialects/hasColumn.ts'

/** Who edits a message that waits, and until when the agent does not begin with it. */
export async function editing(db: Kysely<unknown>) {
  if (!await hasColumn(db, 'messages', 'editing'))
    await db.schema.alterTable('messages').addColumn('editing', 'text').execute()
}
