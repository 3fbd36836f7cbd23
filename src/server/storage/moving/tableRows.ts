import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, DatabaseTransaction } from '../database/database.ts'
import { MOVED_TABLES, type MovedTable } from './movedTables.ts'

/** Rows that are held at once: a message may have a megabyte. */
const AT_ONCE = 50

type Row = Record<string, unknown>

/** All rows, in the order of their key, some at a time. */
export async function* rowsOf(database: Database | DatabaseTransaction, table: MovedTable): AsyncGenerator<Row[]> {
  const key = MOVED_TABLES[table]
  const columns = sql.join(key.map(column => sql.ref(column)))
  for (let last: Row | undefined; ;) {
    const after = last
    const where = after ? sql`where (${columns}) > (${sql.join(key.map(column => sql`${after[column]}`))})` : sql``
    const { rows } = await sql<Row>`select * from ${sql.table(table)} ${where} order by ${columns} limit ${AT_ONCE}`.execute(database)
    if (rows.length)
      yield rows
    if (rows.length < AT_ONCE)
      return
    last = rows.at(-1)
  }
}

export interface Digest { rows: number, sha256: string }

/** What rows add up to, in whatever order they come: two databases sort differently. */
export function createDigest() {
  let rows = 0
  let sum = 0n
  return {
    add(row: Row) {
      const values = Object.entries(row).sort(([a], [b]) => a < b ? -1 : 1)
      sum += BigInt(`0x${createHash('sha256').update(JSON.stringify(values)).digest('hex')}`)
      rows++
    },
    /** The sum of all rows' SHA-256. */
    result: (): Digest => ({ rows, sha256: BigInt.asUintN(256, sum).toString(16).padStart(64, '0') }),
  }
}

export async function digestOf(database: Database | DatabaseTransaction, table: MovedTable): Promise<Digest> {
  const digest = createDigest()
  for await (const rows of rowsOf(database, table))
    rows.forEach(digest.add)
  return digest.result()
}
