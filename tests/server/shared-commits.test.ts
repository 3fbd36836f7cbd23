import BetterSqlite from 'better-sqlite3'
import { sql } from 'kysely'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { onBehalfOf } from '../../src/server/identity/onBehalf.ts'
import { openDatabase, type Database } from '../../src/server/storage/database/database.ts'
import { temporaryFolder } from '../helpers/openServer.ts'

async function open() {
  const file = path.join(await temporaryFolder(), 'satchel.sqlite')
  const database = await openDatabase(file)
  onTestFinished(() => database.destroy())
  return { database, file }
}

const row = (id: string) => ({ tenant_id: 't', id, project_id: 'default', title: null, created_at: 'now', updated_at: 'now' })
const add = (database: Database, id: string) => database.transaction().execute(trx => trx.insertInto('sessions').values(row(id)).execute())
const ids = async (database: Database) => (await database.selectFrom('sessions').select('id').orderBy('id').execute()).map(({ id }) => id)

/** How often the disk is waited for from here on. */
function countCommits() {
  const prepare = BetterSqlite.prototype.prepare
  let commits = 0
  const spy = vi.spyOn(BetterSqlite.prototype, 'prepare').mockImplementation(function (this: BetterSqlite.Database, sql: string) {
    commits += Number(sql === 'commit')
    return prepare.call(this, sql)
  })
  onTestFinished(() => spy.mockRestore())
  return () => commits
}

test('fifty who write at the same moment wait for the disk together, and all of it is there', async () => {
  const { database } = await open()
  const commits = countCommits()

  await Promise.all(Array.from({ length: 50 }, (_, i) => add(database, `s${i}`)))

  expect(await ids(database)).toHaveLength(50)
  expect(commits()).toBeLessThan(25) // one, where the machine is quick
})

test('who writes once waits behind one of those who write a hundred times, and the hundred stay in their order', async () => {
  const { database } = await open()
  const names = Array.from({ length: 100 }, (_, i) => `many ${i}`)

  const many = names.map(name => onBehalfOf('many', () => add(database, name)))
  await Promise.all([...many, onBehalfOf('one', () => add(database, 'one'))])

  const { rows } = await sql<{ id: string }>`select id from sessions order by rowid`.execute(database)
  expect(rows.map(({ id }) => id)).toEqual(['many 0', 'one', ...names.slice(1)])
})

test('what one of them takes back is gone, and costs the others nothing', async () => {
  const { database } = await open()

  const results = await Promise.allSettled([
    add(database, 'before'),
    database.transaction().execute(async (trx) => {
      await trx.insertInto('sessions').values(row('taken back')).execute()
      throw new Error('no')
    }),
    add(database, 'before'), // there is one
    database.insertInto('sessions').values(row('alone')).execute(),
    add(database, 'after'),
  ])

  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'])
  expect(await ids(database)).toEqual(['after', 'alone', 'before'])
})

test('nobody is told, and nobody reads, what is not on the disk yet', async () => {
  const { database, file } = await open()
  const other = new BetterSqlite(file, { readonly: true })
  onTestFinished(() => void other.close())
  const stored = () => other.prepare('select id from sessions order by id').all().map(row => (row as { id: string }).id)
  const look = async (id: string) => {
    await add(database, id)
    return stored()
  }
  let read: string[] = []

  const [a, b] = await Promise.all([look('a'), look('b'), database.transaction().execute(async (trx) => {
    await trx.insertInto('sessions').values(row('c')).execute()
    read = await ids(database)
  })])

  expect(a).toContain('a')
  expect(b).toContain('b')
  expect(read).not.toContain('c')
  expect(await ids(database)).toEqual(['a', 'b', 'c'])
})

test('who shared a commit that the disk had no room for is told so, each of them, and afterwards it works', async () => {
  const { database } = await open()
  const prepare = BetterSqlite.prototype.prepare
  let isFull = true
  const spy = vi.spyOn(BetterSqlite.prototype, 'prepare').mockImplementation(function (this: BetterSqlite.Database, sql: string) {
    if (sql === 'commit' && isFull)
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
    return prepare.call(this, sql)
  })
  onTestFinished(() => spy.mockRestore())

  const results = await Promise.allSettled([add(database, 'a'), add(database, 'b')])
  isFull = false
  await add(database, 'c')

  expect(results).toMatchObject([{ status: 'rejected', reason: { code: 'SQLITE_FULL' } }, { status: 'rejected', reason: { code: 'SQLITE_FULL' } }])
  expect(await ids(database)).toEqual(['c'])
})
