import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { Client } from 'pg'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { image } from '../helpers/blocks.ts'
import { databaseUrlOf } from '../helpers/databases.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

/** Two servers on one database and one store of files, and a way to the database that is nobody's. */
async function openTwo() {
  const folder = await temporaryFolder()
  const files = path.join(folder, 'files')
  const databaseUrl = (await databaseUrlOf(folder))!
  const open = (name: string) => openServer({ agent: instantAgent().agent, machines: 'many', databaseUrl, dataFolder: path.join(folder, name), blobStore: { kind: 'folder', folder: files } })
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  onTestFinished(() => client.end())
  return { a: await open('a'), b: await open('b'), client, stored: async () => (await readdir(path.join(files, 'default')).catch(() => [])).length }
}

describe.skipIf(!inject('postgres'))('a message with a file that another server stores', () => {
  test('after the one it was sent to has stopped: its file is there', async () => {
    const { a, b, client, stored } = await openTwo()
    const [near, far] = [await a.connect(), await b.connect()]
    await far.answerTo(await far.ask({ session_id: 'one', text: 'before' })) // so that `b` works on the session
    await client.query('begin; select 1 from sessions for update') // what is stored waits
    near.send({ type: 'send_message', message_id: crypto.randomUUID(), session_id: 'one', text: 'look', images: [image(pngBytes())], documents: [] })
    await eventually(stored).toBe(1)
    await a.close()
    await client.query('commit')

    await eventually(async () => (await b.messages('one')).map(({ text }) => text)).toContain('look')
    const { attachments: [shot] } = (await b.messages('one')).find(({ text }) => text === 'look')!
    expect(new Uint8Array(await (await b.request(shot!.url)).arrayBuffer())).toEqual(new Uint8Array(pngBytes()))
  })
})
