import { sql } from 'kysely'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { takeLease } from '../../src/server/machines/leases/leaseRows.ts'
import { openPostgres, type Database } from '../../src/server/storage/database/database.ts'
import { fenced, LeaseLost, unfenced } from '../../src/server/storage/database/fence/fence.ts'
import { databaseUrlOf } from '../helpers/databases.ts'
import { temporaryFolder } from '../helpers/openServer.ts'

const session = { tenant: 'default', id: 'one' }
const fenceOf = (machine: string, epoch: number) => ({ session, machine, epoch })

/** What two machines have of one database, with a session in it. */
async function openTwo() {
  const url = (await databaseUrlOf(await temporaryFolder()))!
  const [a, b] = [await openPostgres(url), await openPostgres(url)]
  onTestFinished(async () => { await Promise.all([a, b].map(database => database.destroy())) })
  const now = new Date().toISOString()
  await a.insertInto('sessions').values({ id: 'one', project_id: 'default', title: 'before', created_at: now, updated_at: now, agent_session_id: null, head_id: null, model: null, effort: null, usage: null }).execute()
  return { a, b, title: async () => (await b.selectFrom('sessions').select('title').executeTakeFirstOrThrow()).title }
}

const rename = (database: Pick<Database, 'updateTable'>, title: string) => database.updateTable('sessions').set({ title }).where('id', '=', 'one').execute()
const endLease = (database: Database) => sql`update session_leases set until = clock_timestamp() - interval '1 second'`.execute(database)

describe.skipIf(!inject('postgres'))('the right to write for a session', () => {
  test('is had by one machine at a time, and counted up with each that takes it', async () => {
    const { a, b } = await openTwo()

    const taken = await Promise.all(Array.from({ length: 20 }, (_, i) => takeLease(i % 2 ? a : b, `machine ${i}`, session)))
    expect(taken.filter(epoch => epoch !== undefined)).toEqual([1])
    await endLease(a)
    expect(await takeLease(b, 'b', session)).toBe(2)
    expect(await takeLease(a, 'a', session)).toBeUndefined()
  })

  test('is looked at with every write: what comes late is not written, alone, in a transaction, and where nobody has taken it yet', async () => {
    const { a, b, title } = await openTwo()
    await takeLease(a, 'a', session)
    await fenced(fenceOf('a', 1), () => rename(a, 'in time'))
    expect(await title()).toBe('in time')
    await endLease(b)

    await expect(fenced(fenceOf('a', 1), () => rename(a, 'over'))).rejects.toThrow(LeaseLost)
    await takeLease(b, 'b', session)
    await expect(fenced(fenceOf('a', 1), () => rename(a, 'late'))).rejects.toThrow(LeaseLost)
    await expect(fenced(fenceOf('a', 1), () => a.transaction().execute(trx => rename(trx, 'late')))).rejects.toThrow(LeaseLost)
    expect(await title()).toBe('in time')
    await fenced(fenceOf('b', 2), () => b.transaction().execute(trx => rename(trx, 'by the other')))
    expect(await title()).toBe('by the other')
  })

  test('cannot be taken while a transaction writes that had it', async () => {
    const { a, b, title } = await openTwo()
    await takeLease(a, 'a', session)
    await sql`update session_leases set until = clock_timestamp() + interval '300 milliseconds'`.execute(a)
    let seen: Promise<string | null> | undefined
    await fenced(fenceOf('a', 1), () => a.transaction().execute(async (trx) => {
      await sql`select pg_sleep(0.5)`.execute(trx)
      seen = unfenced(() => takeLease(b, 'b', session)).then(title)
      await sql`select pg_sleep(0.5)`.execute(trx)
      await rename(trx, 'to the end')
    }))

    expect(await seen).toBe('to the end')
    expect(await takeLease(a, 'a', session)).toBeUndefined()
  })
})
