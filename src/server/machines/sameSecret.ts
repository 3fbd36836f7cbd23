import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'pg'
import { StartError } from '../errors/startError.ts'
import { LISTENER_NAME } from '../storage/database/postgres/connectionNames.ts'
import type { Reach } from '../storage/database/postgres/reach.ts'

const SENTENCE = 'Another server on this database signs links to files with another secret: what one signs, the other refuses. Give all servers the same LINK_SECRET, or none. To change it, stop all of them first.'

/** Whether servers that were here before those with this one's secret sign with another one. Where this one is not connected itself, it is not said. */
async function isOtherSecret(pool: Pool, name: string): Promise<boolean> {
  const { rowCount } = await pool.query(`select 1 from pg_stat_activity
    where datname = current_database() and application_name like $1 and application_name <> $2
      and backend_start < (select min(backend_start) from pg_stat_activity where datname = current_database() and application_name = $2)
    limit 1`, [`${LISTENER_NAME} %`, name])
  return Boolean(rowCount)
}

/** @param name of this server's own listener, which is there already @throws StartError where another server that runs signs links with another secret */
export async function requireSameSecret(pool: Pool, name: string): Promise<void> {
  if (await isOtherSecret(pool, name))
    throw new StartError(SENTENCE)
}

/** One may have started while this server had no connection: for so long as that runs, the database is not this one's. */
export async function keepToOneSecret({ pool, name, reach, log }: { pool: Pool, name: string, reach: Reach | undefined, log: Pick<FastifyBaseLogger, 'warn'> }): Promise<void> {
  const isOther = await isOtherSecret(pool, name)
  if (isOther && !reach?.isLost())
    log.warn(`${SENTENCE} This one goes on when that has ended.`)
  reach?.setTaken('secret', isOther)
}
