import type { Database as Sqlite } from 'better-sqlite3'
import { SqliteDialect, SqliteDriver, CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from 'kysely'
import { setTimeout as pause } from 'node:timers/promises'
import { errorCode } from '../../../errors/problems.ts'

/** SQLite as Kysely speaks it, which tells why a transaction failed also where SQLite itself has undone it. */
export class OneFileDialect extends SqliteDialect {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    super({ database: sqlite })
    this.#sqlite = sqlite
  }

  override createDriver(): Driver {
    return new OneFileDriver(this.#sqlite)
  }
}

class OneFileDriver extends SqliteDriver {
  readonly #sqlite: Sqlite
  readonly #waiting: (() => void)[] = []
  readonly #lock: Lock = {}
  #isTaken = false

  constructor(sqlite: Sqlite) {
    super({ database: sqlite })
    this.#sqlite = sqlite
  }

  /** One after the other, in their order: the base's own queue wakes everybody who waits for each who leaves. */
  override async acquireConnection() {
    if (this.#isTaken)
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    this.#isTaken = true
    return new PatientConnection(await super.acquireConnection(), this.#lock)
  }

  override async releaseConnection() {
    await super.releaseConnection()
    const next = this.#waiting.shift()
    if (next)
      next()
    else
      this.#isTaken = false
  }

  /** With the right to write, so that a transaction waits before it begins, and not in its middle. */
  override async beginTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** A full disk ends a transaction by itself. Undoing it once more would fail, and that would be all one hears. */
  override async rollbackTransaction(connection: DatabaseConnection) {
    if (this.#sqlite.inTransaction)
      await super.rollbackTransaction(connection)
  }
}

/**
 * How long another program may hold the database before that is told, and between two tries. A person is told before
 * they wonder; what the server itself has to write is kept and tried again.
 */
const PATIENCE_MS = 1000
const TRY_MS = 25

/** Since when another program holds the database, as far as is known: who comes behind others waits no longer than they do. */
interface Lock { since?: number }

/** Waits for a database that another program has locked, without stopping everything else meanwhile. */
class PatientConnection implements DatabaseConnection {
  readonly #connection: DatabaseConnection
  readonly #lock: Lock

  constructor(connection: DatabaseConnection, lock: Lock) {
    this.#connection = connection
    this.#lock = lock
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    for (;;) {
      try {
        const result = await this.#connection.executeQuery<Row>(query)
        if (!READS.test(query.sql)) // a lock lets others read
          this.#lock.since = undefined
        return result
      }
      catch (error) {
        if (errorCode(error) !== 'SQLITE_BUSY' || Date.now() > (this.#lock.since ??= Date.now()) + PATIENCE_MS)
          throw error
        await pause(TRY_MS)
      }
    }
  }

  streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    return this.#connection.streamQuery<Row>(query, 1)
  }
}

const READS = /^\s*(?:select|pragma|rollback)\b/i
