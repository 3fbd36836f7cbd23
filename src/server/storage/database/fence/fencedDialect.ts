import { CompiledQuery, PostgresDialect, type DatabaseConnection, type Driver, type QueryResult, type TransactionSettings } from 'kysely'
import { currentFence, LeaseLost, type Fence } from './fence.ts'

const WRITES = /^\s*(?:insert|update|delete|with)\b/i

/**
 * The lease stays as it is until the transaction has ended: who wants to take it waits for that. By the database's
 * clock at this moment, not at the transaction's beginning.
 */
const HOLDS = 'select 1 from session_leases where tenant_id = $1 and session_id = $2 and machine = $3 and epoch = $4 and until > clock_timestamp() for share'

async function requireLease(connection: DatabaseConnection, fence: Fence) {
  const { session: { tenant, id }, machine, epoch } = fence
  const { rows } = await connection.executeQuery(CompiledQuery.raw(HOLDS, [tenant, id, machine, epoch]))
  if (!rows.length)
    throw new LeaseLost(fence)
}

/** PostgreSQL, where what is written under a `Fence` is written only while that holds. */
export class FencedPostgresDialect extends PostgresDialect {
  override createDriver(): Driver {
    return new FencedDriver(super.createDriver())
  }
}

class FencedDriver implements Driver {
  readonly #driver: Driver

  constructor(driver: Driver) {
    this.#driver = driver
  }

  init = () => this.#driver.init()
  destroy = () => this.#driver.destroy()
  acquireConnection = async () => new FencedConnection(await this.#driver.acquireConnection(), this.#driver)
  beginTransaction = (connection: DatabaseConnection, settings: TransactionSettings) => own(connection).begin(settings)
  commitTransaction = (connection: DatabaseConnection) => own(connection).end('commitTransaction')
  rollbackTransaction = (connection: DatabaseConnection) => own(connection).end('rollbackTransaction')
  releaseConnection = (connection: DatabaseConnection) => this.#driver.releaseConnection(own(connection).inner)
}

const own = (connection: DatabaseConnection) => connection as FencedConnection

class FencedConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection
  readonly #driver: Driver
  #isOpen = false

  constructor(inner: DatabaseConnection, driver: Driver) {
    this.inner = inner
    this.#driver = driver
  }

  async begin(settings: TransactionSettings) {
    await this.#driver.beginTransaction(this.inner, settings)
    this.#isOpen = true
    const fence = currentFence()
    if (fence)
      await this.#orUndo(() => requireLease(this.inner, fence))
  }

  async end(how: 'commitTransaction' | 'rollbackTransaction') {
    this.#isOpen = false
    await this.#driver[how](this.inner)
  }

  /** One statement that is no part of a transaction gets one of its own, if it needs the right to write. */
  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#isOpen || !currentFence() || !WRITES.test(query.sql))
      return this.inner.executeQuery<Row>(query)
    await this.begin({})
    const result = await this.#orUndo(() => this.inner.executeQuery<Row>(query))
    await this.end('commitTransaction')
    return result
  }

  async #orUndo<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    }
    catch (error) {
      await this.end('rollbackTransaction').catch(() => undefined) // with a lost connection it is undone already
      throw error
    }
  }

  async* streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query)
  }
}
