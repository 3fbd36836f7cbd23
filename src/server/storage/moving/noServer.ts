import { sql } from 'kysely'
import { StartError } from '../../errors/startError.ts'
import type { Database } from '../database/database.ts'
import { isPostgres } from '../database/dialects/isPostgres.ts'
import { LISTENER_NAME } from '../database/postgres/connectionNames.ts'

/** One of several servers holds no lock, but listens. @throws StartError */
export async function requireNoServer(database: Database): Promise<void> {
  if (!isPostgres(database))
    return
  const { rows } = await sql`select 1 from pg_stat_activity where datname = current_database() and application_name like ${`${LISTENER_NAME}%`}`.execute(database)
  if (rows.length)
    throw new StartError(`${rows.length === 1 ? 'A server runs' : `${rows.length} servers run`} on this database. Stop all of them, and start the move again.`)
}
