import path from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import type { MessagesPage } from '../../src/shared/protocol/rest.ts'
import { connect } from '../helpers/connect.ts'
import { databaseUrlOf, openDatabaseOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { openLine } from '../helpers/line.ts'
import { temporaryFolder } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { startServer } from '../helpers/serverProcess.ts'

/** A lease is over after 15 s, and others look every 2 s; on a machine that is busy with other tests everything takes longer. */
const TAKEN_OVER_MS = 60_000

/** Two real servers on one database and one store of files. Between the database and the first of them lies a line. */
async function openTwo() {
  const folder = await temporaryFolder()
  const databaseUrl = (await databaseUrlOf(folder))!
  const line = await openLine(databaseUrl)
  const start = async (name: string, url: string) => {
    const server = await startServer({ DATA_DIR: path.join(folder, name), DATABASE_URL: url, BLOB_STORE: path.join(folder, 'files'), MACHINES: 'many', AGENT: 'loopback' })
    const request = (address: string, init?: RequestInit) => fetch(server.url + address, init)
    return {
      request,
      async connect() {
        const connection = await connect(server.url)
        onTestFinished(() => connection.socket.terminate())
        return connection
      },
      status: async (address: string, init?: RequestInit) => (await request(address, init)).status,
      messages: async () => (await (await request('/api/sessions/one/messages?limit=100')).json() as MessagesPage).messages,
      turnsRunning: async () => Number(/^satchel_turns_running (\d+)$/m.exec(await (await request('/metrics')).text())?.[1]),
    }
  }
  const [a, b] = await Promise.all([start('a', line.url), start('b', databaseUrl)])
  return { a, b, line, database: await openDatabaseOf(folder) }
}

describe.skipIf(!inject('postgres'))('a server that is cut off from the database alone', () => {
  test('says so and sends its people away, its agent ends, another server goes on; when the way is there again it has written nothing, and works', async () => {
    const { a, b, line, database } = await openTwo()
    const [sender, reader] = [await a.connect(), await b.connect()]
    reader.send({ type: 'subscribe', session_id: 'one' })
    const sentAway = new Promise<number>(resolve => sender.socket.once('close', resolve))
    const asked = await sender.ask({ session_id: 'one', text: '/slow 600' })
    await reader.heard('text_delta')
    const answers = async (server: typeof a) => (await server.messages()).filter(({ replyTo }) => replyTo === asked.id).map(({ id, status, text }) => ({ id, status, text }))

    line.freeze()
    const cutAt = performance.now()
    const [ready, sent] = [a.status('/readyz'), a.status('/api/sessions/one/messages', json({ content: 'lost?' }))]
    expect(await ready).toBe(503)
    expect(await sent).toBe(503)
    expect(await sentAway).toBe(1013)
    await expect.poll(a.turnsRunning, { timeout: TAKEN_OVER_MS }).toBe(0)

    const holder = async () => database.selectFrom('session_leases').select('epoch').where('session_id', '=', 'one').executeTakeFirst()
    const before = (await answers(b))[0]!.text
    await expect.poll(async () => (await holder())?.epoch, { timeout: TAKEN_OVER_MS }).toBe(2)
    await expect.poll(async () => (await answers(b))[0]!.text.length, { timeout: TAKEN_OVER_MS }).toBeGreaterThan(before.length)
    console.info(`gone on with after ${Math.round(performance.now() - cutAt)} ms`)
    expect(await a.status('/readyz')).toBe(503)
    await expect(a.connect(), 'who came now would stay, and hear nothing').rejects.toThrow('503')

    expect(await b.status('/api/sessions/one/stop', { method: 'POST' })).toBe(204)
    await eventually(async () => (await answers(b))[0]!.status).toBe('cancelled')
    const kept = await answers(b)
    line.mend()
    await eventually(() => a.status('/readyz')).toBe(200)
    const back = await a.connect()
    const next = await back.ask({ session_id: 'one', text: '/slow 3' })
    expect((await back.answerTo(next)).text).toBe('1 2 3')
    expect((await holder())?.epoch).toBeLessThanOrEqual(3)
    expect(await answers(b)).toEqual(kept)
    await eventually(() => a.messages()).toEqual(await b.messages())
    expect((await b.messages()).map(({ text }) => text)).not.toContain('lost?')
  })
})
