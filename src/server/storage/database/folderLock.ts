import BetterSqlite from 'better-sqlite3'
import path from 'node:path'
import { errorCode } from '../../errors/problems.ts'
import { StartError } from '../../errors/startError.ts'

/**
 * Keeps a second server off the same folder, where it would take the first one's running turns for
 * those of a crash. The lock is SQLite's own on an empty file, so it ends with the process, however that ends.
 */
export function lockFolder(folder: string): { release(): void } {
  const lock = new BetterSqlite(path.join(folder, 'server.lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  }
  catch (error) {
    lock.close()
    if (errorCode(error)?.startsWith('SQLITE_BUSY'))
      throw new StartError('Another Satchel is already running on this data folder. Stop it, or set DATA_DIR to another folder.')
    throw error
  }
  return { release: () => void lock.close() }
}
