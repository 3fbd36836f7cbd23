import path from 'node:path'
import { Client } from 'pg'
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { createReach } from '../../src/server/storage/database/postgres/reach.ts'
import { lockDatabase } from '../../src/server/storage/database/postgres/serverLock.ts'
import { databaseUrlOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { openLine } from '../helpers/line.ts'
import { temporaryFolder } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { spawnServer, startServer } from '../helpers/serverProcess.ts'

/** A database, a line to it, and who holds the lock of a server there. */
async function openPlace() {
  const folder = await temporaryFolder()
  const databaseUrl = (await databaseUrlOf(folder))!
  const line = await openLine(databaseUrl)
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  onTestFinished(() => client.end())
  const holders = async () => (await client.query<{ pid: number }>('select pid from pg_locks where locktype = \'advisory\' and granted and database = (select oid from pg_database where datname = current_database())')).rows.map(({ pid }) => pid)
  const environment = (name: string, url: string, machines: string) => ({ DATA_DIR: path.join(folder, name), DATABASE_URL: url, BLOB_STORE: path.join(folder, 'files'), MACHINES: machines, AGENT: 'loopback' })
  return { databaseUrl, line, holders, environment }
}

describe.skipIf(!inject('postgres'))('a server whose connection to the database was cut', () => {
  test('takes nothing while one that takes itself for the only one has it, goes on when that has ended, and keeps the next one off', async () => {
    const { databaseUrl, line, holders, environment } = await openPlace()
    const a = await startServer(environment('a', line.url, 'many'))
    const ready = async () => (await fetch(`${a.url}/readyz`)).status
    const send = () => fetch(`${a.url}/api/sessions/one/messages`, json({ content: 'hello' }))
    await fetch(`${a.url}/api/sessions`, json({ id: 'one' }))
    expect((await send()).status).toBe(202)

    line.cut()
    await eventually(holders).toEqual([])
    const b = await startServer(environment('b', databaseUrl, 'one'))
    line.mend()
    await eventually(() => a.output()).toContain('another Satchel took this database')
    expect(await ready()).toBe(503)
    const refused = await send()
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'storage_unavailable' })
    expect((await fetch(`${b.url}/readyz`)).status).toBe(200)

    await b.kill('SIGTERM')
    await eventually(ready).toBe(200)
    expect((await send()).status).toBe(202)
    const next = spawnServer(environment('c', databaseUrl, 'one'))
    expect((await next.exited).code).toBe(1)
    expect(next.output()).toMatch(/^Another Satchel is already running on this database/)
  })

  test('takes nothing while one runs that signs links with another secret, and goes on when that has ended', async () => {
    const { databaseUrl, line, environment } = await openPlace()
    const a = await startServer({ ...environment('a', line.url, 'many'), LINK_SECRET: 'a'.repeat(40) })
    const ready = async () => (await fetch(`${a.url}/readyz`)).status
    expect(await ready()).toBe(200)

    const client = new Client({ connectionString: databaseUrl })
    await client.connect()
    onTestFinished(() => client.end())
    line.cut()
    await eventually(async () => (await client.query('select 1 from pg_stat_activity where application_name like \'satchel listener%\'')).rowCount).toBe(0)
    const b = await startServer({ ...environment('b', databaseUrl, 'many'), LINK_SECRET: 'b'.repeat(40) })
    line.mend()
    await eventually(() => a.output()).toContain('signs links to files with another secret')
    await eventually(ready).toBe(503)
    expect((await fetch(`${b.url}/readyz`)).status).toBe(200)

    await b.kill('SIGTERM')
    await eventually(ready).toBe(200)
  })

  test('has it again also where the database has not noticed that', async () => {
    const { line, holders } = await openPlace()
    const reach = createReach()
    const warn = vi.fn()
    const lock = await lockDatabase(line.url, { isShared: false, reach }, { warn })
    onTestFinished(() => lock.release().then(reach.close))
    const [first] = await holders()

    line.strand()
    await eventually(async () => (await holders()).filter(pid => pid !== first)).toHaveLength(1)
    expect(reach.isLost()).toBe(false)
    expect(warn).not.toHaveBeenCalled()
  })
})
