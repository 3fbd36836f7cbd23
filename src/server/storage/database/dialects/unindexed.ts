import { sql, type Kysely, type RawBuilder } from 'kysely'
import { isPostgres } from './isPostgres.ts'

/** A column as a condition that SQLite must not choose an index by: it would read all that a tenant has. PostgreSQL counts how many rows that would be. */
export const unindexed = (db: Pick<Kysely<unknown>, 'getExecutor'>, column: string): RawBuilder<string> =>
  isPostgres(db) ? sql`${sql.ref(column)}` : sql`+${sql.ref(column)}`
