import { setTimeout as pause } from 'node:timers/promises'
import type { CompiledQuery, QueryResult } from 'kysely'
import { errorCode } from '../../../errors/problems.ts'
import type { Run } from './statements.ts'

/**
 * How long another program may hold the database before that is told, and between two tries. A person is told before
 * they wonder; what the server itself has to write is kept and tried again.
 */
const PATIENCE_MS = 1000
const TRY_MS = 25

const READS = /^\s*(?:select|pragma|rollback)\b/i

export type PatientRun = <Row>(query: CompiledQuery) => Promise<QueryResult<Row>>

/** Waits for a database that another program has locked, without stopping everything else meanwhile. */
export function createPatience(run: Run): PatientRun {
  let since: number | undefined // another program holds it, as far as is known: who comes behind others waits no longer than they do

  return async <Row>(query: CompiledQuery) => {
    for (;;) {
      try {
        const result = run<Row>(query)
        if (!READS.test(query.sql)) // a lock lets others read
          since = undefined
        return result
      }
      catch (error) {
        if (errorCode(error) !== 'SQLITE_BUSY' || Date.now() > (since ??= Date.now()) + PATIENCE_MS)
          throw error
        await pause(TRY_MS)
      }
    }
  }
}
