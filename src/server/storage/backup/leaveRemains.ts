import BetterSqlite from 'better-sqlite3'
import { open, rename, rm } from 'node:fs/promises'

/**
 * Writes a database anew, with what its rows hold and nothing else: in pages and corners that are free a file from
 * before `secure_delete` still holds texts that were deleted. It takes as much room beside it meanwhile.
 * @param file that nobody uses
 */
export async function leaveRemains(file: string): Promise<void> {
  const anew = `${file}-anew`
  await rm(anew, { force: true })
  const database = new BetterSqlite(file, { fileMustExist: true })
  try {
    database.prepare('vacuum into ?').run(anew) // beside it, and not in a folder for what is temporary, which may be small
  }
  finally {
    database.close()
  }
  const handle = await open(anew, 'r+')
  await handle.sync() // which SQLite leaves to us here
  await handle.close()
  await rename(anew, file)
}
