import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createSatchelClient } from '../../src/sdk/client.ts'
import { LocalAttachmentStore } from '../../src/server/storage/blobs/localAttachmentStore.ts'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { readRows } from '../helpers/databases.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'
import { startServer } from '../helpers/serverProcess.ts'

const COMMANDS = path.resolve(import.meta.dirname, '../../src/server/commands')

/** As a person runs it. */
async function run(command: 'backup' | 'restore', folder: string, environment: Record<string, string>) {
  const args = ['--import', 'tsx', path.join(COMMANDS, `${command}.ts`), folder]
  return promisify(execFile)(process.execPath, args, { env: { PATH: process.env.PATH, ...environment } })
    .then(({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }))
    .catch((error: { code: number, stdout: string, stderr: string }) => ({ code: error.code, said: error.stdout + error.stderr }))
}

/** A server that has something, closed again, and its backup. */
async function backedUp() {
  const dataFolder = await temporaryFolder()
  const server = await openServer({ dataFolder, agent: instantAgent().agent })
  await server.request('/api/sessions', json({ id: 'one' }))
  await server.request('/api/sessions/one/messages', form({ content: 'look' }, [file('a.png', pngBytes({ seed: 1 })), file('b.png', pngBytes({ seed: 2 }))]))
  await eventually(() => server.messages('one')).toMatchObject([{}, { status: 'complete' }])
  const [first] = (await server.messages('one'))[0]!.attachments
  const { url } = await (await server.request(`${first!.url}/url`, json({ expiresIn: 600 }))).json() as { url: string }
  await server.close()
  const backup = path.join(await temporaryFolder(), 'backup')
  return { dataFolder, backup, link: url, ...await run('backup', backup, { DATA_DIR: dataFolder }) }
}

test('what is backed up while twenty people write is restored elsewhere, whole: everything referred to is there, and opens', async () => {
  const dataFolder = await temporaryFolder()
  const server = await startServer({ DATA_DIR: dataFolder, AGENT: 'loopback' })
  const accepted: string[] = []
  let isOver = false
  const writers = Array.from({ length: 20 }, async (_, writer) => {
    const client = createSatchelClient({ baseUrl: server.url })
    const { id } = await client.createSession({ id: `w${writer}` })
    for (let i = 0; !isOver; i++) {
      const attachments = [{ filename: 'a.png', content: pngBytes({ seed: writer * 1000 + i }), mimeType: 'image/png' }]
      await client.sendMessage(id, `message ${writer}-${i}`, { attachments })
      accepted.push(`message ${writer}-${i}`)
      if (i % 5 === 4) { // what is deleted while it is copied is no hole in the copy
        const extra = await client.createSession({})
        await client.sendMessage(extra.id, 'goes', { attachments: [{ ...attachments[0]!, content: pngBytes({ seed: 500_000 + writer * 1000 + i }) }] })
        await client.deleteSession(extra.id)
      }
    }
  })
  onTestFinished(() => { isOver = true })
  await eventually(() => accepted.length).toBeGreaterThan(60)
  const before = [...accepted]

  const backup = path.join(await temporaryFolder(), 'backup')
  const { code, said } = await run('backup', backup, { DATA_DIR: dataFolder })
  const during = accepted.length - before.length
  isOver = true
  await Promise.all(writers)
  await server.kill('SIGTERM')

  expect(said).toMatch(/^Backed up to .*: the database and \d+ files \(.*\), each checked by its SHA-256\.$/m)
  expect(code).toBe(0)
  expect(during).toBeGreaterThan(0)
  const elsewhere = path.join(await temporaryFolder(), 'data')
  expect((await run('restore', backup, { DATA_DIR: elsewhere })).said).toMatch(/^Restored into /)
  const restored = await openServer({ dataFolder: elsewhere, agent: instantAgent().agent })
  const texts = (await restored.rows('messages')).filter(({ role }) => role === 'user').map(({ text }) => text)
  expect(before.filter(text => !texts.includes(text))).toEqual([])
  const isDeleted = (session: unknown) => String(session).length > 4 // the writers' own are w0 to w19: the others were being deleted, and go on being so
  const attachments = (await restored.rows('attachments')).filter(({ session_id }) => !isDeleted(session_id))
  expect(attachments.length).toBeGreaterThanOrEqual(before.length)
  for (const { id, sha256 } of attachments) {
    const bytes = Buffer.from(await (await restored.request(`/api/attachments/${id as string}`)).arrayBuffer())
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
  }
  await eventually(() => restored.rows('deletions')).toEqual([])
  const there = new Set((await restored.rows('sessions')).map(({ id }) => id)) // one may have been copied between its message and its deletion
  expect((await restored.rows('attachments')).filter(({ session_id }) => !there.has(session_id))).toEqual([])
})

test('a backup is one folder that sha256sum understands, for nobody else\'s eyes, and links that were given away work after the restore', async () => {
  const { code, backup, link } = await backedUp()
  expect(code).toBe(0)

  const lines = (await readFile(path.join(backup, 'SHA256SUMS'), 'utf8')).trim().split('\n')
  expect(lines).toHaveLength(4)
  for (const line of lines) {
    const name = path.join(backup, line.slice(66))
    expect(createHash('sha256').update(await readFile(name)).digest('hex')).toBe(line.slice(0, 64))
    expect((await stat(name)).mode & 0o077).toBe(0)
  }
  const elsewhere = path.join(await temporaryFolder(), 'data')
  await run('restore', backup, { DATA_DIR: elsewhere })
  const server = await openServer({ dataFolder: elsewhere })
  expect((await server.request(link)).status).toBe(200)
})

test('a restore writes over nothing: not over a data folder, not over another database\'s files', async () => {
  const { backup, dataFolder } = await backedUp()
  const other = await temporaryFolder()
  await writeFile(path.join(other, 'somebody'), 'elses')
  const before = await readFile(path.join(dataFolder, 'satchel.sqlite'))

  const refusals = [
    await run('restore', backup, { DATA_DIR: dataFolder }),
    await run('restore', backup, { DATA_DIR: other }),
    await run('restore', backup, { DATA_DIR: path.join(await temporaryFolder(), 'new'), BLOB_STORE: await storeOfAnother() }),
    await run('backup', backup, { DATA_DIR: dataFolder }),
    await run('backup', path.join(await temporaryFolder(), 'b'), { DATA_DIR: path.join(other, 'nothing') }),
    await run('restore', other, { DATA_DIR: path.join(await temporaryFolder(), 'new') }),
  ]

  expect(refusals.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1, 1])
  expect(refusals.map(({ said }) => said.trim())).toEqual([
    expect.stringMatching(/is not empty.* DATA_DIR/),
    expect.stringMatching(/is not empty.* DATA_DIR/),
    expect.stringMatching(/BLOB_STORE holds files of another database/),
    expect.stringMatching(/is not empty/),
    expect.stringMatching(/There is no database in/),
    expect.stringMatching(/holds no whole backup/),
  ])
  expect(await readFile(path.join(dataFolder, 'satchel.sqlite'))).toEqual(before)
  expect(await readdir(other)).toEqual(['somebody'])
})

async function storeOfAnother() {
  const folder = await temporaryFolder()
  const store = await LocalAttachmentStore.open(folder)
  await store.put('acme/somebodys', Buffer.from('bytes'))
  return folder
}

test('a backup that was changed is not restored, and a file that is lost is told and does not stop the others', async () => {
  const { backup, dataFolder } = await backedUp()
  const [key] = await readdir(path.join(backup, 'attachments/default'))
  const changed = path.join(await temporaryFolder(), 'changed')
  await cp(backup, changed, { recursive: true })
  await writeFile(path.join(changed, 'attachments/default', key!), 'other bytes')
  await rm(path.join(dataFolder, 'attachments/default', key!))
  const second = path.join(await temporaryFolder(), 'second')
  const data = path.join(await temporaryFolder(), 'data')

  const restored = await run('restore', changed, { DATA_DIR: data })
  expect(restored).toMatchObject({ code: 1, said: expect.stringMatching(/is not what was backed up/) as string })
  expect(await readdir(data)).not.toContain('satchel.sqlite')
  const partly = await run('backup', second, { DATA_DIR: dataFolder })
  expect(partly).toMatchObject({ code: 2, said: expect.stringContaining(`1 files that messages refer to are not in the store any more, or not as they were stored: default/${key!}`) as string })
  const elsewhere = path.join(await temporaryFolder(), 'elsewhere')
  expect(await run('restore', second, { DATA_DIR: elsewhere })).toMatchObject({ code: 0 })
  expect(await readRows(elsewhere, 'attachments')).toHaveLength(2)
})

test('in the store of its lost data folder a restore keeps what is there; in another one it is another database', async () => {
  const { backup, dataFolder } = await backedUp()
  const store = path.join(await temporaryFolder(), 'store')
  await cp(path.join(dataFolder, 'attachments'), store, { recursive: true })
  const [again, elsewhere] = [path.join(await temporaryFolder(), 'again'), path.join(await temporaryFolder(), 'elsewhere')]
  await mkdir(again)

  const { said } = await run('restore', backup, { DATA_DIR: again, BLOB_STORE: store })
  await run('restore', backup, { DATA_DIR: elsewhere })

  expect(said).toContain('of which 2 were in the store already')
  const identity = async (folder: string) => (await readRows(folder, 'database_identity') as { id: string }[])[0]!.id
  expect(await identity(again)).toBe(await identity(dataFolder))
  expect(await identity(elsewhere)).not.toBe(await identity(dataFolder))
  expect(await readdir(path.join(elsewhere, 'attachments/.database'))).toEqual([await identity(elsewhere)])
})

test('where a restore fails, the right backup is restored into the same place afterwards, and what was in the store before is still there', async () => {
  const { backup, dataFolder } = await backedUp()
  const keys = (await readdir(path.join(backup, 'attachments/default'))).sort()
  const [changed, incomplete, lacking] = await Promise.all(['changed', 'incomplete', 'lacking'].map(async (name) => {
    const folder = path.join(await temporaryFolder(), name)
    await cp(backup, folder, { recursive: true })
    return folder
  })) as [string, string, string]
  await writeFile(path.join(changed, 'attachments/default', keys[1]!), 'other bytes')
  await rm(path.join(incomplete, 'attachments/default', keys[1]!))
  await rm(path.join(lacking, 'links.key'))
  const data = path.join(await temporaryFolder(), 'data')
  const other = { DATA_DIR: path.join(await temporaryFolder(), 'data'), BLOB_STORE: await temporaryFolder() }
  const store = await temporaryFolder() // that of the lost data folder, with one of its files
  await cp(path.join(dataFolder, 'attachments'), store, { recursive: true })
  await rm(path.join(store, 'default', keys[1]!))
  const own = { DATA_DIR: path.join(await temporaryFolder(), 'data'), BLOB_STORE: store }

  for (const place of [{ DATA_DIR: data }, other, own]) {
    expect(await run('restore', incomplete, place)).toMatchObject({ code: 1, said: `attachments/default/${keys[1]!} is not in the backup. Take another backup.\n` })
    expect(await run('restore', changed, place)).toMatchObject({ code: 1, said: expect.stringMatching(/is not what was backed up/) as string })
    expect(await readdir(place.DATA_DIR)).toEqual([])
  }
  expect(await run('restore', lacking, { DATA_DIR: data })).toMatchObject({ code: 1, said: 'links.key is not in the backup. Take another backup.\n' })
  expect((await readdir(path.join(store, 'default'))).sort()).toEqual([keys[0]])
  expect(await run('restore', backup, own)).toMatchObject({ code: 0, said: expect.stringContaining('1 were in the store already') as string })
  for (const place of [{ DATA_DIR: data }, other])
    expect(await run('restore', backup, place)).toMatchObject({ code: 0 })
}, 120_000)
