import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { openPostgres } from '../../src/server/storage/database/database.ts'
import { TEMPLATE, withName } from '../helpers/databaseNames.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** `postgres://...` of a server that is there for the run; undefined where none can be had. */
    postgres: string | undefined
  }
}

/** One real PostgreSQL for all files of the project. */
export default async function setup({ provide }: TestProject) {
  const { url, log, stop } = await start()
  if (url === undefined) {
    const message = `The tests against PostgreSQL could not start it. What it said:\n${log()}`
    if (process.env.CI)
      throw new Error(message)
    console.warn(`${message}\nThey run against SQLite instead, or are skipped.`)
    return undefined
  }
  await makeTemplate(url)
  provide('postgres', url)
  return stop
}

async function start() {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(import.meta.dirname, 'runPostgres.ts')], { stdio: ['pipe', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.on('data', (data: Buffer) => log += data.toString())
  const exited = once(child, 'exit')
  const url = await Promise.race([
    once(child.stdout, 'data').then(([data]) => String(data).trim()),
    exited.then(() => undefined),
  ])
  return {
    url,
    log: () => log,
    async stop() {
      child.stdin.end()
      await exited
    },
  }
}

async function makeTemplate(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${TEMPLATE}`)
  await client.end()
  await (await openPostgres(withName(url, TEMPLATE))).destroy()
}
