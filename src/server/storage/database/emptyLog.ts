import { sql } from 'kysely'
import type { Database } from './database.ts'
import { isPostgres } from './dialects/isPostgres.ts'

/**
 * What stands in SQLite's log is in the database's file by then, and is cut off the log: what was deleted would be
 * readable there until its place is written over. Where somebody reads in this very moment the next time does it.
 */
export async function emptyLog(database: Database): Promise<void> {
  if (!isPostgres(database))
    await sql`pragma wal_checkpoint(truncate)`.execute(database)
}
