import type BetterSqlite from 'better-sqlite3'
import { errorCode } from '../../errors/problems.ts'
import { StartError } from '../../errors/startError.ts'

/** @throws a StartError: writing on into a damaged database makes it worse */
export function requireSound(sqlite: BetterSqlite.Database) {
  const [finding] = findDamage(sqlite)
  if (finding === undefined)
    return
  sqlite.close()
  throw new StartError(`The database satchel.sqlite in the data folder is damaged (${finding.replaceAll('\n', ' ')}). Nothing was changed. Put back the copy of the data folder that was made last, as README says under "Back up and upgrade", and start again.`)
}

function findDamage(sqlite: BetterSqlite.Database): string[] {
  try {
    const found = sqlite.pragma('quick_check(1)') as { quick_check: string }[]
    return found.map(({ quick_check }) => quick_check).filter(finding => finding !== 'ok')
  }
  catch (error) {
    const code = errorCode(error)
    if (code?.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
      return [code]
    throw error
  }
}
