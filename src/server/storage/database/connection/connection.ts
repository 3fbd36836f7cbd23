import { CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely'
import type { PatientRun } from './patience.ts'
import type { SharedWrites } from './sharedWrites.ts'

const READS = /^\s*select\b/i
const WRITES = /^\s*(?:insert|update|delete)\b/i

const [BEGIN, COMMIT, ROLLBACK] = ['begin immediate', 'commit', 'rollback'].map(sql => CompiledQuery.raw(sql)) as [CompiledQuery, CompiledQuery, CompiledQuery]

export interface Parts {
  /** Of a connection that only reads: it sees what is committed, and waits for nobody. */
  read: PatientRun
  write: PatientRun
  writes: SharedWrites
  /** A transaction is open. */
  isOpen: () => boolean
}

/**
 * What one piece of work has of the database. Reading it waits for nobody; the right to write is taken with the first
 * statement that needs it. `inTurn`: in a transaction that shares its commit; `alone`: until it is released.
 */
export class Connection implements DatabaseConnection {
  readonly #parts: Parts
  #right: 'none' | 'inTurn' | 'alone' = 'none'

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#right === 'none')
      return READS.test(query.sql) ? this.#parts.read<Row>(query) : this.#write<Row>(query)
    try {
      return await this.#parts.write<Row>(query)
    }
    catch (error) {
      if (this.#right === 'inTurn' && !this.#parts.isOpen())
        this.#parts.writes.lose(error)
      throw error
    }
  }

  /** One statement that is not part of a transaction. */
  async #write<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (!WRITES.test(query.sql)) {
      await this.#takeAlone()
      return this.#parts.write<Row>(query)
    }
    await this.begin()
    try {
      const result = await this.executeQuery<Row>(query)
      await this.commit()
      return result
    }
    catch (error) {
      await this.rollback()
      throw error
    }
  }

  async #takeAlone() {
    await this.#parts.writes.take()
    await this.#parts.writes.finish()
    this.#right = 'alone'
  }

  async begin(): Promise<void> {
    const { writes, write } = this.#parts
    if (this.#right === 'alone')
      return void await write(BEGIN)
    await writes.take()
    this.#right = 'inTurn'
    await writes.begin()
  }

  async commit(): Promise<void> {
    const { writes, write } = this.#parts
    if (this.#right === 'alone')
      return void await write(COMMIT)
    await writes.keep(() => { this.#right = 'none' })
  }

  async rollback(): Promise<void> {
    const { writes, write, isOpen } = this.#parts
    // A full disk ends a transaction by itself. Undoing it once more would fail, and that would be all one hears.
    if (this.#right === 'alone' && isOpen())
      return void await write(ROLLBACK)
    if (this.#right !== 'inTurn')
      return
    this.#right = 'none'
    await writes.undo()
  }

  async release(): Promise<void> {
    if (this.#right === 'none')
      return
    this.#right = 'none'
    await this.#parts.writes.leave()
  }

  async* streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query)
  }
}
