import path from 'node:path'
import { Client } from 'pg'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import type { MessagesPage } from '../../src/shared/protocol/rest.ts'
import { databaseUrlOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { openLine } from '../helpers/line.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

/** Servers on one database and one store of files, one of them behind a line that can be cut, and a way to the database that is nobody's. */
async function openCluster() {
  const folder = await temporaryFolder()
  const databaseUrl = (await databaseUrlOf(folder))!
  const line = await openLine(databaseUrl)
  const open = (name: string, url = databaseUrl) => openServer({ agent: instantAgent().agent, machines: 'many', databaseUrl: url, dataFolder: path.join(folder, name), blobStore: { kind: 'folder', folder: path.join(folder, 'files') } })
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  onTestFinished(() => client.end())
  return { open, cut: await open('cut', line.url), line, client }
}

type Server = Awaited<ReturnType<typeof openServer>>

async function askThrough(server: Server, text: string) {
  const tab = await server.connect()
  return tab.answerTo(await tab.ask({ session_id: 'one', text }))
}

const pageOf = async ({ json }: Server) => {
  const { lastEventId, messages } = await json<MessagesPage>('/api/sessions/one/messages')
  return { lastEventId, texts: messages.map(({ text }) => text) }
}

/** A tab that has all that its server knows of the session. */
async function follow(server: Server) {
  const tab = await server.connect()
  tab.send({ type: 'subscribe', session_id: 'one', after_event_id: (await pageOf(server)).lastEventId })
  tab.send({ type: 'ping' })
  await tab.heard('pong')
  return tab
}

/** While a server is cut off, another one answers, gives the session back and ends. @returns how the session is then */
async function answerUnheard({ open, line }: Awaited<ReturnType<typeof openCluster>>) {
  line.cut()
  const other = await open('other')
  await askThrough(other, 'unheard')
  const page = await pageOf(other)
  await other.close()
  return page
}

describe.skipIf(!inject('postgres'))('what a server could not hear of a session', () => {
  test('because the database lost its news in a crash: who follows it there is told to read it anew, and reads what any other server says', async () => {
    const cluster = await openCluster()
    const first = await cluster.open('first')
    await first.request('/api/sessions', json({ id: 'one' }))
    await askThrough(first, 'before')
    await first.close()
    const tab = await follow(cluster.cut)
    const page = await answerUnheard(cluster)
    await cluster.client.query('truncate machine_news')
    cluster.line.mend()

    await tab.heard('resync_required')
    await eventually(() => pageOf(cluster.cut)).toEqual(page)
  })

  test('though nothing says that news are missing: half a minute after the session was given back it is seen, too', async () => {
    const cluster = await openCluster()
    const first = await cluster.open('first')
    await first.request('/api/sessions', json({ id: 'one' }))
    const before = await follow(cluster.cut)
    await askThrough(first, 'before')
    await before.heard('message_completed') // so this server goes by what it heard
    await first.close()
    const tab = await follow(cluster.cut)
    const page = await answerUnheard(cluster)
    await cluster.client.query('delete from machine_news where number > 0')
    cluster.line.mend()
    await eventually(async () => (await cluster.cut.request('/readyz')).status).toBe(200)
    await cluster.client.query('update session_leases set until = until - interval \'16 seconds\'')

    expect(await pageOf(cluster.cut)).toEqual(page)
    await tab.heard('resync_required')
  })

  test('as in a session nobody had told it of: who follows it there is told to read it anew', async () => {
    const cluster = await openCluster()
    await cluster.cut.request('/api/sessions', json({ id: 'one' }))
    const tab = await follow(cluster.cut)
    const page = await answerUnheard(cluster)
    await cluster.client.query('delete from machine_news where number > 0')
    cluster.line.mend()
    await cluster.client.query('update session_leases set until = until - interval \'16 seconds\'')

    await tab.heard('resync_required')
    expect(await pageOf(cluster.cut)).toEqual(page)
  })
})
