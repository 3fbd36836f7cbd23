import type { Kysely } from 'kysely'

/** Half of a step may be there, from when a crash could cut one short: it must not add a column twice. */
export async function hasColumn(db: Kysely<unknown>, table: string, column: string): Promise<boolean> {
  const tables = await db.introspection.getTables()
  return tables.find(({ name }) => name === table)?.columns.some(({ name }) => name === column) ?? false
}
