import { PostgresAdapter, type Kysely } from 'kysely'

/** For the few places where the two databases do not speak the same SQL. */
export const isPostgres = (db: Pick<Kysely<unknown>, 'getExecutor'>): boolean => db.getExecutor().adapter instanceof PostgresAdapter
