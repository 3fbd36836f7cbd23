import { existsSync } from 'node:fs'
import { copyFile, cp, mkdtemp, open, readFile, rm, stat, truncate, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { readRows } from '../helpers/databases.ts'
import { ANN, openServer, temporaryFolder, TWO_TENANTS } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'
import { spawnServer, startServer } from '../helpers/serverProcess.ts'

const FRAME = 24 + 4096
const garble = async (file: string, position: number, bytes: number) => {
  const handle = await open(file, 'r+')
  await handle.write(Buffer.alloc(bytes, 0x55), 0, bytes, position)
  await handle.close()
}

/** What a killed server leaves: sessions in the database and in its log. It is killed once; each test gets a copy. */
let leftBehind: Promise<string> | undefined

async function leaveBehind() {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'satchel-killed-'))
  const server = await startServer({ DATA_DIR: dataFolder })
  for (let i = 0; i < 20; i++)
    await fetch(`${server.url}/api/sessions`, json({ id: `s${i}`, title: 'x'.repeat(200) }))
  await server.kill('SIGKILL')
  return dataFolder
}

afterAll(async () => {
  if (leftBehind)
    await rm(await leftBehind, { recursive: true })
})

async function killed() {
  const dataFolder = await temporaryFolder()
  await cp(await (leftBehind ??= leaveBehind()), dataFolder, { recursive: true })
  const log = path.join(dataFolder, 'satchel.sqlite-wal')
  return { dataFolder, log, frames: Math.floor(((await stat(log)).size - 32) / FRAME) }
}

const starts = async (dataFolder: string, environment: Record<string, string> = {}) => {
  const server = await startServer({ DATA_DIR: dataFolder, ...environment })
  const { sessions } = await (await fetch(`${server.url}/api/sessions`)).json() as { sessions: unknown[] }
  await server.kill('SIGTERM')
  return { sessions: sessions.length, output: server.output() }
}

test('a killed server starts again with everything, and without a word', async () => {
  const { dataFolder, frames } = await killed()
  expect(frames).toBeGreaterThan(30)

  const { sessions, output } = await starts(dataFolder)

  expect(sessions).toBe(20)
  expect(output).not.toMatch(/damaged/)
})

/** Where the log is hit. */
const HITS: [string, (log: string, frames: number) => Promise<void>][] = [
  ['in a page in its middle', (log, frames) => garble(log, 32 + (frames - 20) * FRAME + 1000, 100)],
  ['in what stands before a page', (log, frames) => garble(log, 32 + (frames - 20) * FRAME, 24)],
  ['in its own beginning', log => garble(log, 0, 32)],
  ['in its last page', (log, frames) => garble(log, 32 + (frames - 1) * FRAME + 1000, 100)],
  ['by being cut short', (log, frames) => truncate(log, 32 + (frames - 10) * FRAME)],
]

test.each(HITS)('a log that is damaged %s stops the start with what to do, and nothing is changed', async (_where, hit) => {
  const { dataFolder, log, frames } = await killed()
  await hit(log, frames)
  const before = await Promise.all([readFile(log), readFile(path.join(dataFolder, 'satchel.sqlite'))])

  const refused = await openServer({ dataFolder }).catch((error: unknown) => error)

  expect(refused).toMatchObject({ exitCode: 65, message: expect.stringMatching(/^The log of the database, satchel\.sqlite-wal .* damaged.* Put back the newest backup.*DAMAGED_LOG=drop/) as string })
  expect(String(refused)).not.toContain(dataFolder)
  expect(await Promise.all([readFile(log), readFile(path.join(dataFolder, 'satchel.sqlite'))])).toEqual(before)
})

test('DAMAGED_LOG=drop goes on with what can be read, says so, and keeps the damaged log', async () => {
  const { dataFolder, log, frames } = await killed()
  await garble(log, 32 + (frames - 20) * FRAME + 1000, 100)

  const { sessions, output } = await starts(dataFolder, { DAMAGED_LOG: 'drop' })

  expect(sessions).toBeGreaterThan(0)
  expect(sessions).toBeLessThan(20)
  expect(output).toMatch(/the server goes on without it/i)
  const kept = /satchel\.sqlite-wal\.damaged-[\w.-]+/.exec(output)?.[0]
  expect((await stat(path.join(dataFolder, kept!))).size).toBeGreaterThan(frames * FRAME)
  expect((await starts(dataFolder)).sessions).toBe(sessions)
})

test('what a power cut interrupted is left out with a word, and does not stop the start', async () => {
  const { dataFolder, log, frames } = await killed()
  await garble(log, 32 + (frames - 1) * FRAME - 3000, 100)
  for (const file of [log, path.join(dataFolder, 'satchel.sqlite-shm')])
    await utimes(file, 1000, 1000) // before this machine started

  const { sessions, output } = await starts(dataFolder)

  expect(sessions).toBe(19)
  expect(output).toMatch(/goes on without it/)
})

test('a log with what an older one left behind it is sound', async () => {
  const dataFolder = await temporaryFolder()
  const copy = await temporaryFolder()
  const server = await startServer({ DATA_DIR: dataFolder })
  const add = async (from: number, to: number) => {
    for (let i = from; i < to; i++)
      await fetch(`${server.url}/api/sessions`, json({ id: `s${i}`, title: 'x'.repeat(200) }))
  }
  await add(0, 250) // more than a thousand pages: the log begins anew
  await add(250, 260)
  await server.kill('SIGKILL')
  await cp(dataFolder, copy, { recursive: true })
  await copyFile(path.join(dataFolder, 'satchel.sqlite-wal'), path.join(copy, 'satchel.sqlite-wal'))

  expect(await readRows(dataFolder, 'sessions')).toHaveLength(260)
  expect((await starts(copy)).output).not.toMatch(/damaged|missing/)
  expect(existsSync(path.join(copy, 'satchel.sqlite-wal'))).toBe(false)
})

test.each([
  ['in its middle', 8192, 40_000],
  ['in its beginning', 0, 100],
])('a database that is damaged %s stops the start, with what to do, instead of being written on', async (_where, position, bytes) => {
  const { dataFolder } = await killed()
  await starts(dataFolder) // the log is in the database now
  const file = path.join(dataFolder, 'satchel.sqlite')
  await garble(file, position, bytes)
  const before = await readFile(file)

  const server = spawnServer({ DATA_DIR: dataFolder })

  expect((await server.exited).code).toBe(65)
  expect(server.output()).toMatch(/^The database satchel\.sqlite .* damaged .*Back up/)
  expect(await readFile(file)).toEqual(before)
})

test('texts count against the room of a tenant, too', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS, quotaBytes: 100_000 })
  server.as(ANN)
  await server.request('/api/sessions', json({ id: 'one' }))
  const send = (size: number) => server.request('/api/sessions/one/messages', json({ content: 'x'.repeat(size) })).then(({ status }) => status)

  expect([await send(60_000), await send(60_000), await send(20_000)]).toEqual([202, 429, 202])
  await eventually(async () => (await server.sessions())[0]?.running).toBe(false)
  expect((await server.rows('messages')).filter(({ role }) => role === 'user')).toHaveLength(2)
})
