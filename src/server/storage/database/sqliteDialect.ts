import type { Database as Sqlite } from 'better-sqlite3'
import { SqliteDialect, SqliteDriver, type DatabaseConnection, type Driver } from 'kysely'

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

  constructor(sqlite: Sqlite) {
    super({ database: sqlite })
    this.#sqlite = sqlite
  }

  /** A full disk ends a transaction by itself. Undoing it once more would fail, and that would be all one hears. */
  override async rollbackTransaction(connection: DatabaseConnection) {
    if (this.#sqlite.inTransaction)
      await super.rollbackTransaction(connection)
  }
}
