import type { Pool } from 'pg'
import { StartError } from '../errors/startError.ts'
import { LISTENER_NAME } from '../storage/database/postgres/connectionNames.ts'

/** @param name of this server's own listener, which is there already @throws StartError where another server that runs signs links with another secret */
export async function requireSameSecret(pool: Pool, name: string): Promise<void> {
  const { rowCount } = await pool.query('select 1 from pg_stat_activity where datname = current_database() and application_name like $1 and application_name <> $2 limit 1', [`${LISTENER_NAME} %`, name])
  if (rowCount)
    throw new StartError('Another server on this database signs links to files with another secret: what one signs, the other refuses. Give all servers the same LINK_SECRET, or none. To change it, stop all of them first.')
}
