import { sql } from 'kysely'
import type { Database } from '../storage/database/database.ts'
import { isPostgres } from '../storage/database/dialects/isPostgres.ts'
import { likesOf, matchOf } from './trigrams.ts'

export interface Lookup {
  /** Folded; at least one. */
  terms: readonly string[]
  /** Documents: the first of them, and the one behind the last. */
  from: number
  below: number
  limit: number
}

/**
 * Documents that may hold all terms, the newest first.
 *
 * SQLite is given the bounds as integers: its driver binds each number as a real one, and the index takes that for no
 * bound at all: it would look through everything for each span.
 */
export async function lookUp(database: Database, { terms, from, below, limit }: Lookup): Promise<number[]> {
  const holdsAll = isPostgres(database)
    ? sql.join(likesOf(terms).map(patterns => sql`(${sql.join(patterns.map(pattern => sql`text like ${pattern}`), sql` or `)})`), sql` and `)
    : sql`search_index match ${matchOf(terms)}`
  const { rows } = await sql<{ id: number }>`
    select rowid as id from search_index where ${holdsAll} and rowid >= cast(${from} as bigint) and rowid < cast(${below} as bigint) order by rowid desc limit ${limit}
  `.execute(database)
  return rows.map(({ id }) => id)
}
