import type { FastifyBaseLogger } from 'fastify'
import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import { StartError } from '../../../errors/startError.ts'
import { translating } from './postgresErrors.ts'
import { readersOf, storedText } from './postgresText.ts'

/** Connections of one process. */
const CONNECTIONS = 20
/** Milliseconds until it is told that there is no connection, or that a statement does not end. */
const CONNECT_MS = 5000
const STATEMENT_MS = 60_000

/** PostgreSQL as Kysely speaks it. The driver is loaded where it is used. @param url `postgres://...`, never to be logged */
export async function postgresDialect(url: string, log: Pick<FastifyBaseLogger, 'warn'>): Promise<PostgresDialect> {
  const { default: { Pool, types } } = await import('pg')
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    keepAlive: true,
    application_name: 'satchel',
    types: readersOf(types),
  })
  // Of one that nobody uses at the moment. The next who needs one gets another.
  pool.on('error', error => log.warn(error, 'a connection to the database was lost'))

  const translated: PostgresPool = {
    connect: () => translating(async () => withTexts(await pool.connect())),
    end: () => pool.end(),
  }
  return new PostgresDialect({ pool: translated })
}

/** @throws StartError for what cannot be the address of a PostgreSQL database */
export function requirePostgresUrl(url: string): string {
  if (/^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url))
    return url
  throw new StartError('DATABASE_URL must be the address of a PostgreSQL database, like postgres://user:password@host:5432/satchel. Without one everything is kept in DATA_DIR.')
}

/** Takes every text, and says what its errors mean to the server. */
function withTexts(client: { query(sql: string, parameters: unknown[]): Promise<unknown>, release(error?: boolean): void }): PostgresPoolClient {
  let isLost = false
  return {
    query: (async (sql: string, parameters: readonly unknown[]) =>
      translating(() => client.query(sql, parameters.map(storedText)), () => { isLost = true })) as PostgresPoolClient['query'],
    release: () => client.release(isLost),
  }
}
