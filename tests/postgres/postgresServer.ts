import { Client } from 'pg'
import type { TestProject } from 'vitest/node'
import { openPostgres } from '../../src/server/storage/database/database.ts'
import { TEMPLATE, withName } from '../helpers/databaseNames.ts'
import { startPostgres } from './startPostgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** `postgres://...` of a server that is there for the run; undefined where none can be had. */
    postgres: string | undefined
  }
}

/** One real PostgreSQL for all files of the project. */
export default async function setup({ provide }: TestProject) {
  const { url, log, stop } = await startPostgres()
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

async function makeTemplate(url: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${TEMPLATE}`)
  await client.end()
  await (await openPostgres(withName(url, TEMPLATE))).destroy()
}
