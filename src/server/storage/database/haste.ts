import { sql } from 'kysely'
import type { Database, DatabaseTransaction } from './database.ts'
import { isPostgres } from './dialects/isPostgres.ts'

/** A transaction that a power cut may take back, as nothing that follows from it was told: the disk is not waited for. */
export async function transactionInHaste(database: Database, work: (trx: DatabaseTransaction) => Promise<void>): Promise<void> {
  if (isPostgres(database)) {
    await database.transaction().execute(async (trx) => {
      await sql`set local synchronous_commit = off`.execute(trx)
      await work(trx)
    })
    return
  }
  await database.connection().execute(async (connection) => {
    await sql`pragma synchronous = normal`.execute(connection)
    try {
      await connection.transaction().execute(work)
    }
    finally {
      await sql`pragma synchronous = full`.execute(connection)
    }
  })
}
