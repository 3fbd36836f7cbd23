import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'pg'

/** A failover ends all connections of a pool, and an error that nobody hears would end the server. Who needs one gets another. */
export function outliveConnections(pool: Pool, log: Pick<FastifyBaseLogger, 'warn'>) {
  pool.on('error', error => log.warn({ reason: error.message }, 'a connection to the database was lost')) // one that nobody uses at the moment
  pool.on('connect', client => void client.on('error', () => {})) // one in use, between two statements: the next one says it, too
}
