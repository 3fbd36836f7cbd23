import BetterSqlite from 'better-sqlite3'
import { rm } from 'node:fs/promises'

/** All pages in one step: a copy that lets others write in between would begin anew each time they do. */
const ALL_PAGES = 0x7FFFFFFF

/** The database as it is at one moment, as one file, while its server goes on writing. */
export async function snapshot(database: string, target: string): Promise<void> {
  await rm(target, { force: true })
  const source = new BetterSqlite(database, { readonly: true, fileMustExist: true })
  try {
    await source.backup(target, { progress: () => ALL_PAGES })
  }
  finally {
    source.close()
  }
  const copy = new BetterSqlite(target)
  copy.pragma('journal_mode = DELETE') // one file, that may lie where nobody can write
  copy.close()
}
