import BetterSqlite from 'better-sqlite3'
import path from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/server/storage/database/database.ts'
import { temporaryFolder } from '../helpers/openServer.ts'

/** A file in which something stands where one of the later steps wants to make a table. */
async function blockedFile() {
  const file = path.join(await temporaryFolder(), 'satchel.sqlite')
  const inFile = <Result>(work: (sqlite: BetterSqlite.Database) => Result): Result => {
    const sqlite = new BetterSqlite(file)
    try {
      return work(sqlite)
    }
    finally {
      sqlite.close()
    }
  }
  inFile(sqlite => sqlite.exec('create view session_leases as select 1 as one'))
  return {
    file,
    unblock: () => inFile(sqlite => sqlite.exec('drop view session_leases')),
    tables: () => inFile(sqlite => sqlite.prepare(`select name from sqlite_master where type = 'table' and name not like 'kysely%'`).pluck().all()),
    steps: () => inFile(sqlite => sqlite.prepare('select name from kysely_migration').all()),
  }
}

test('an upgrade that goes wrong in its middle leaves the database as it was, and is done as soon as it can be', async () => {
  const { file, tables, steps, unblock } = await blockedFile()

  await expect(openDatabase(file)).rejects.toThrow('cannot be opened by this version')
  expect(tables()).toEqual([])
  expect(steps()).toEqual([])

  unblock()
  await (await openDatabase(file)).destroy()
  expect(tables()).toEqual(expect.arrayContaining(['sessions', 'messages', 'session_leases']))
})
