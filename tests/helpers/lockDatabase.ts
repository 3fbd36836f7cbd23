import BetterSqlite from 'better-sqlite3'
import path from 'node:path'
import { eventually } from './eventually.ts'

/** Nobody else writes into a server's database until the function that is returned is called. */
export async function lockDatabase(dataFolder: string) {
  const lock = new BetterSqlite(path.join(dataFolder, 'satchel.sqlite'), { timeout: 0 })
  const tryOnce = () => {
    try {
      lock.exec('BEGIN IMMEDIATE')
      return true
    }
    catch {
      return false // the server writes at this moment
    }
  }
  await eventually(tryOnce).toBe(true)
  return () => {
    lock.exec('COMMIT')
    lock.close()
  }
}
