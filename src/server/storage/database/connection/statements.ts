import type { Database as Sqlite, Statement } from 'better-sqlite3'
import type { CompiledQuery, QueryResult } from 'kysely'
import { recentlyUsed } from '../../../../shared/collections/recentlyUsed.ts'

export type Run = <Row>(query: CompiledQuery) => QueryResult<Row>

/** Statements that are kept for the next time. */
const KEPT_STATEMENTS = 300
const KEPT = /^\s*(?:select|insert|update|delete)\b/i

/** Runs statements on one connection. What is asked again and again is compiled once. */
export function createStatements(sqlite: Sqlite): Run {
  const kept = new Map<string, Statement>()

  const prepare = (sql: string): Statement =>
    KEPT.test(sql) ? recentlyUsed(kept, sql, () => sqlite.prepare(sql), KEPT_STATEMENTS) : sqlite.prepare(sql)

  return <Row>({ sql, parameters }: CompiledQuery) => {
    const statement = prepare(sql)
    if (statement.reader)
      return { rows: statement.all(parameters) as Row[] }
    const { changes, lastInsertRowid } = statement.run(parameters)
    return { numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] }
  }
}
