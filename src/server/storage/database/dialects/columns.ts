import type { ColumnDefinitionBuilder, Kysely } from 'kysely'
import { isPostgres } from './isPostgres.ts'

/** Type and rules of a primary key that counts up by itself. */
export const countingKey = (db: Kysely<unknown>): ['bigserial' | 'integer', (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder] =>
  isPostgres(db)
    ? ['bigserial', column => column.primaryKey()]
    : ['integer', column => column.primaryKey().autoIncrement()]
