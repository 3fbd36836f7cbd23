import { sql } from 'kysely'
import { StartError } from '../../errors/startError.ts'
import type { Database, DatabaseTransaction } from '../database/database.ts'
import { isPostgres } from '../database/dialects/isPostgres.ts'
import { movedTables, type MovedTable } from './movedTables.ts'
import { createDigest, digestOf, rowsOf, type Digest } from './tableRows.ts'

interface Rows {
  from: Database
  to: Database
  /** What signs links, in hex, where the source has it elsewhere than in its rows. */
  linkSecret?: string
  tell: (table: MovedTable, moved: Digest) => void
}

/**
 * All rows, in one transaction: they are there as a whole, or none is. Each table is read again from where it was
 * written, and must hold as many rows with the same SHA-256. @throws StartError where it does not
 */
export async function moveRows({ from, to, linkSecret, tell }: Rows): Promise<void> {
  const { id } = await from.selectFrom('database_identity').select('id').executeTakeFirstOrThrow()
  await to.transaction().execute(async (trx) => {
    for (const table of movedTables) {
      const moved = await moveTable(from, trx, table)
      const written = await digestOf(trx, table)
      if (written.rows !== moved.rows || written.sha256 !== moved.sha256)
        throw new StartError(`${table} would not be the same there: ${moved.rows} rows with ${moved.sha256} were read, ${written.rows} with ${written.sha256} were written. Nothing was moved.`)
      tell(table, moved)
    }
    if (linkSecret !== undefined)
      await trx.insertInto('server_secrets').values({ name: 'links', value: linkSecret }).onConflict(conflict => conflict.column('name').doUpdateSet({ value: linkSecret })).execute()
    if (isPostgres(trx))
      await sql`select setval(pg_get_serial_sequence('transcript_entries', 'position'), coalesce(max(position), 1), max(position) is not null) from transcript_entries`.execute(trx)
    await trx.updateTable('database_identity').set({ id }).execute()
    await trx.deleteFrom('attachment_store').execute() // of which store it was before: the next start finds out
  })
}

async function moveTable(from: Database, to: DatabaseTransaction, table: MovedTable): Promise<Digest> {
  const digest = createDigest()
  await sql`delete from ${sql.table(table)}`.execute(to) // what a trigger has added meanwhile: the rows themselves say it
  for await (const rows of rowsOf(from, table)) {
    rows.forEach(digest.add)
    const columns = Object.keys(rows[0] ?? {})
    const values = rows.map(row => sql`(${sql.join(columns.map(column => sql`${row[column]}`))})`)
    await sql`insert into ${sql.table(table)} (${sql.join(columns.map(column => sql.ref(column)))}) values ${sql.join(values)}`.execute(to)
  }
  return digest.result()
}
