import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import BetterSqlite from 'better-sqlite3'
import { Client } from 'pg'
import type { Engines } from '../../cluster/engines.ts'
import { openServerProcess, type ServerProcess } from '../../cluster/serverProcess.ts'

/** So many answers at a time in each process: what is measured is not that limit. */
const TURNS = { TURNS: '64', TURNS_PER_TENANT: '64' }

export interface Place {
  name: string
  start: (count: number) => Promise<ServerProcess[]>
  /** Statements of the database's own; `series(n)` is a table of `i` from 1 to n. */
  run: (...statements: ((series: (most: number) => string) => string)[]) => Promise<void>
}

/** An empty PostgreSQL and an empty bucket, for any number of processes. */
export async function postgresPlace(engines: Engines): Promise<Place> {
  const { databaseUrl, environment } = await engines.makePlace()
  return {
    name: 'PostgreSQL, S3',
    start: count => Promise.all(Array.from({ length: count }, async () => openServerProcess(await folder(), { ...environment, ...TURNS, MACHINES: 'many', LOG_LEVEL: 'error' }))),
    async run(...statements) {
      const client = new Client({ connectionString: databaseUrl })
      await client.connect()
      for (const table of ['sessions', 'messages'])
        await client.query(`alter table ${table} disable trigger user`) // the search takes notice of what is new: not of this
      for (const statement of statements)
        await client.query(statement(most => `(select generate_series(1, ${most}) as i) as series`))
      for (const table of ['sessions', 'messages']) {
        await client.query(`alter table ${table} enable trigger user`)
        await client.query(`analyze ${table}`)
      }
      await client.end()
    },
  }
}

/** The same machine with a file and a folder, for one process. */
export async function sqlitePlace(): Promise<Place> {
  const data = await folder()
  return {
    name: 'SQLite, a folder',
    start: async () => [await openServerProcess(data, { ...TURNS, LOG_LEVEL: 'error' })],
    async run(...statements) {
      const database = new BetterSqlite(path.join(data, 'satchel.sqlite'), { timeout: 60_000 })
      database.transaction(() => {
        for (const statement of statements)
          database.exec(statement(most => `(with recursive s(i) as (select 1 union all select i + 1 from s where i < ${most}) select i from s) as series`))
        database.exec('delete from search_queue')
      })()
      database.close()
    },
  }
}

const folder = () => mkdtemp(path.join(tmpdir(), 'satchel-bench-'))
