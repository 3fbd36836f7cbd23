import BetterSqlite from 'better-sqlite3'
import { existsSync, statSync } from 'node:fs'
import type { FastifyBaseLogger } from 'fastify'
import { errorCode } from '../../errors/problems.ts'
import { DAMAGED_EXIT, StartError } from '../../errors/startError.ts'

/** Of a database that is looked at as a whole before each start; that takes about two seconds for a gigabyte. */
const WHOLE_BYTES = 4 * 1024 ** 3
/** What every start reads and writes: looked at also in a larger one. */
const SMALL_TABLES: readonly string[] = ['sessions', 'database_identity', 'sign_ins', 'deletions']

/**
 * Only reads: a connection that may write would copy its log into a damaged database when it ends.
 * @throws a StartError: writing on into a damaged database makes it worse
 */
export function requireSound(file: string, log: Pick<FastifyBaseLogger, 'warn'>) {
  if (!existsSync(file) || statSync(file).size === 0)
    return
  const isWhole = statSync(file).size <= WHOLE_BYTES
  const finding = findDamage(file, isWhole ? undefined : SMALL_TABLES)
  if (finding !== undefined)
    throw new StartError(`The database satchel.sqlite in the data folder is damaged (${finding.replaceAll('\n', ' ')}). Nothing was changed. Put back the newest backup, as README says under "Back up and upgrade", and start again.`, { exitCode: DAMAGED_EXIT })
  if (!isWhole)
    log.warn('the database is too large to be looked at as a whole at each start: "npm run backup" does it')
}

/** The first thing that is wrong; in the tables, or anywhere. Undefined where all is well. */
export function findDamage(file: string, tables?: readonly string[]): string | undefined {
  const sqlite = new BetterSqlite(file, { readonly: true })
  try {
    const known = sqlite.prepare('select name from sqlite_schema').pluck().all()
    const checks = tables?.filter(table => known.includes(table)).map(table => `quick_check('${table}')`) ?? ['quick_check(1)']
    const findings = checks.flatMap(check => sqlite.pragma(check) as { quick_check: string }[])
    return findings.map(({ quick_check }) => quick_check).find(finding => finding !== 'ok')
  }
  catch (error) {
    const code = errorCode(error)
    if (code?.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
      return code
    throw error
  }
  finally {
    sqlite.close()
  }
}
