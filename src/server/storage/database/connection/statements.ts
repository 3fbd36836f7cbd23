import type { Database as Sqlite, Statement } from 'better-sqlite3'
import type { CompiledQuery, QueryResult } from 'kysely'

export type Run = <Row>(query: CompiledQuery) => QueryResult<Row>

/** Statements that are kept for the next time; the least recently used goes. */
const KEPT_STATEMENTS = 300
const KEPT = /^\s*(?:select|insert|update|delete)\b/i

/** Runs statements on one connection. What is asked again and again is compiled once. */
export function createStatements(sqlite: Sqlite): Run {
  const kept = new Map<string, Statement>()

  function prepare(sql: string): Statement {
    const statement = kept.get(sql) ?? sqlite.prepare(sql)
    if (!KEPT.test(sql))
      return statement
    kept.delete(sql)
    kept.set(sql, statement)
    const [oldest] = kept.keys()
    if (kept.size > KEPT_STATEMENTS && oldest !== undefined)
      kept.delete(oldest)
    return statement
  }

  return <Row>({ sql, parameters }: CompiledQuery) => {
    const statement = prepare(sql)
    if (statement.reader)
      return { rows: statement.all(parameters) as Row[] }
    const { changes, lastInsertRowid } = statement.run(parameters)
    return { numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] }
  }
}
