import type { Kysely } from 'kysely'
import { hasColumn } from '../dialects/hasColumn.ts'

/** Who is to answer, and what answers took. Nobody chose before, and nobody counted. */
export async function modelsAndUsage(db: Kysely<unknown>) {
  for (const table of ['sessions', 'messages']) {
    for (const column of ['model', 'effort', 'usage']) {
      if (!await hasColumn(db, table, column))
        await db.schema.alterTable(table).addColumn(column, 'text').execute()
    }
  }
}
