import type { Kysely } from 'kysely'

/** A step that a crash cut short runs again, and must not add a column twice. */
export async function hasColumn(db: Kysely<unknown>, table: string, column: string): Promise<boolean> {
  const tables = await db.introspection.getTables()
  return tables.find(({ name }) => name === table)?.columns.some(({ name }) => name === column) ?? false
}
