import BetterSqlite, { type Database as Sqlite } from 'better-sqlite3'
import { SqliteAdapter, SqliteDialect, type Driver } from 'kysely'
import { Connection, type Parts } from './connection/connection.ts'
import { createPatience } from './connection/patience.ts'
import { createSharedWrites } from './connection/sharedWrites.ts'
import { createStatements } from './connection/statements.ts'

/** SQLite as Kysely speaks it: one writer after the other, and who only reads waits for none of them. */
export class OneFileDialect extends SqliteDialect {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    super({ database: sqlite })
    this.#sqlite = sqlite
  }

  override createAdapter() {
    return new OneFileAdapter()
  }

  override createDriver(): Driver {
    return new OneFileDriver(this.#sqlite)
  }
}

/** SQLite undoes changes of tables as it does the others: an upgrade is one transaction, of which a crash leaves nothing, and which waits for the disk once. */
class OneFileAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true
  }
}

class OneFileDriver implements Driver {
  readonly #writer: Sqlite
  readonly #reader: Sqlite
  readonly #parts: Parts

  constructor(writer: Sqlite) {
    this.#writer = writer
    this.#reader = new BetterSqlite(writer.name, { readonly: true, timeout: 0 })
    const write = createPatience(createStatements(writer))
    const isOpen = () => writer.inTransaction
    this.#parts = { read: createPatience(createStatements(this.#reader)), write, writes: createSharedWrites(write, isOpen), isOpen }
  }

  async init() {}

  async acquireConnection() {
    return new Connection(this.#parts)
  }

  beginTransaction = (connection: Connection) => connection.begin()
  commitTransaction = (connection: Connection) => connection.commit()
  rollbackTransaction = (connection: Connection) => connection.rollback()
  releaseConnection = (connection: Connection) => connection.release()

  async destroy() {
    this.#reader.close() // first: the last one to close tidies up the log
    this.#writer.close()
  }
}
