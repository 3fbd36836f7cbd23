import type { FastifyBaseLogger } from 'fastify'
import { type PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import { StartError } from '../../../errors/startError.ts'
import { FencedPostgresDialect } from '../fence/fencedDialect.ts'
import { CONNECT_MS } from './connectionNames.ts'
import { outliveConnections } from './lostConnections.ts'
import { DatabaseError, translating } from './postgresErrors.ts'
import { readersOf, storedText } from './postgresText.ts'
import type { Reach } from './reach.ts'

/** Connections of one process. */
const CONNECTIONS = 20
/** Milliseconds until it is told that a statement does not end. */
const STATEMENT_MS = 60_000
/** Milliseconds in which a process that has begun a transaction must say something: one that is frozen holds nothing up for longer. */
const SILENT_MS = 5000

/** PostgreSQL as Kysely speaks it. The driver is loaded where it is used. @param url `postgres://...`, never to be logged @param reach where it is watched whether the database answers */
export async function postgresDialect(url: string, log: Pick<FastifyBaseLogger, 'warn'>, reach?: Reach): Promise<PostgresDialect> {
  const { default: { Pool, types } } = await import('pg')
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: SILENT_MS,
    keepAlive: true,
    application_name: 'satchel',
    stream: reach?.socket,
    types: readersOf(types),
  })
  outliveConnections(pool, log)

  const translated: PostgresPool = {
    async connect() {
      if (reach?.isLost()) // nobody has to wait for what cannot come
        throw new DatabaseError('EUNAVAILABLE')
      return translating(async () => withTexts(await pool.connect()))
    },
    end: () => pool.end(),
  }
  return new FencedPostgresDialect({ pool: translated })
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
