import { createHash } from 'node:crypto'
import path from 'node:path'
import { Client } from 'pg'
import { inject, onTestFinished } from 'vitest'
import { TEMPLATE, withName } from './databaseNames.ts'
import { openDatabase, openPostgres, type Database } from '../../src/server/storage/database/database.ts'

/** Where the rows of a data folder are: in it, or, in a run against PostgreSQL, in a database of its own that is made here. */
export async function databaseUrlOf(dataFolder: string): Promise<string | undefined> {
  const server = inject('postgres')
  if (server === undefined)
    return undefined
  const name = `satchel_${createHash('sha256').update(dataFolder).digest('hex').slice(0, 20)}`
  await onServer(server, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (!rowCount)
      await client.query(`create database ${name} template ${TEMPLATE}`)
  })
  return withName(server, name)
}

async function onServer<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  }
  finally {
    await client.end()
  }
}

/** The database of a data folder, closed after the test if it is not before. */
export async function openDatabaseOf(dataFolder: string): Promise<Database> {
  const url = await databaseUrlOf(dataFolder)
  const database = await (url === undefined ? openDatabase(path.join(dataFolder, 'satchel.sqlite')) : openPostgres(url))
  onTestFinished(() => database.destroy())
  return database
}

/** The rows as they lie in the database. */
export async function readRows(dataFolder: string, table: string): Promise<Record<string, unknown>[]> {
  const database = await openDatabaseOf(dataFolder)
  try {
    return await database.selectFrom(table as 'messages').selectAll().execute() as unknown as Record<string, unknown>[]
  }
  finally {
    await database.destroy()
  }
}
