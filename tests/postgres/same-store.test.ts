import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { databaseUrlOf, openDatabaseOf } from '../helpers/databases.ts'
import { pngBytes } from '../helpers/images.ts'
import { temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'
import { spawnServer, startServer } from '../helpers/serverProcess.ts'

/** Real servers on one database, each with the environment that is given. */
async function openPlace() {
  const folder = await temporaryFolder()
  const databaseUrl = (await databaseUrlOf(folder))!
  const at = (name: string) => path.join(folder, name)
  const environment = (name: string, more: Record<string, string>) => ({ DATA_DIR: at(name), DATABASE_URL: databaseUrl, BLOB_STORE: at('files'), MACHINES: 'many', AGENT: 'loopback', ...more })
  return {
    folder,
    at,
    databaseUrl,
    start: (name: string, more: Record<string, string> = {}) => startServer(environment(name, more)),
    /** What a server says that does not start. */
    async refused(name: string, more: Record<string, string> = {}) {
      const server = spawnServer(environment(name, more))
      expect((await server.exited).code, server.output()).toBe(1)
      expect(server.output()).not.toMatch(/\n {4}at |"level"/) // no stack, no JSON
      return server.output()
    },
  }
}

async function storeOne({ url }: { url: string }) {
  await fetch(`${url}/api/sessions`, json({ id: 'one' }))
  const reply = await fetch(`${url}/api/sessions/one/messages`, form({}, [file('shot.png', pngBytes())]))
  expect(reply.status).toBe(202)
}

async function fileOf({ url }: { url: string }): Promise<number> {
  const { messages } = await (await fetch(`${url}/api/sessions/one/messages`)).json() as { messages: { attachments: { url: string }[] }[] }
  return (await fetch(url + messages[0]!.attachments[0]!.url)).status
}

describe.skipIf(!inject('postgres'))('a server of several whose files are elsewhere', () => {
  test('does not start, whether that place is empty or another database\'s, and says what differs; those with the same store do', async () => {
    const { start, refused, at } = await openPlace()
    const [first] = await Promise.all([start('a'), start('b'), start('c')]) // all at once, on a store that nobody knows yet
    await storeOne(first)
    const mark = (await readdir(path.join(at('files'), '.store')))[0]!

    const said = await refused('d', { BLOB_STORE: at('other') })
    expect(said).toContain('BLOB_STORE of this server is another store')
    expect(said).toContain(mark)
    expect(await readdir(at('other'))).not.toContain('.database')
    await mkdir(path.join(at('third'), '.store', 'another-mark'), { recursive: true })
    expect(await refused('e', { BLOB_STORE: at('third') })).toContain('another-mark')
    expect(await fileOf(await start('f'))).toBe(200)
  })

  test('is known also where the database is from before stores had a mark: by the files that it refers to', async () => {
    const { start, refused, at, folder } = await openPlace()
    const before = await start('a')
    await storeOne(before)
    await before.kill('SIGTERM')
    await (await openDatabaseOf(folder)).deleteFrom('attachment_store').execute()
    await rm(path.join(at('files'), '.store'), { recursive: true })

    expect(await refused('b', { BLOB_STORE: at('other') })).toContain('holds none of the files')
    expect(await fileOf(await start('c'))).toBe(200)
    expect(await readdir(path.join(at('files'), '.store'))).toHaveLength(1)
  })

  test('is no such server where the folder has moved, or its copy was made with its mark', async () => {
    const { start, at } = await openPlace()
    const before = await start('a')
    await storeOne(before)
    await before.kill('SIGTERM')
    await rename(at('files'), at('moved'))
    await cp(at('moved'), at('copied'), { recursive: true })

    expect(await fileOf(await start('b', { BLOB_STORE: at('moved') }))).toBe(200)
    expect(await fileOf(await start('c', { BLOB_STORE: at('copied') }))).toBe(200)
  })

  test('and one that would sign links with another secret: it says so, and starts when all have the new one', async () => {
    const { start, refused } = await openPlace()
    const [one, other] = ['a'.repeat(32), 'b'.repeat(32)]
    const a = await start('a', { LINK_SECRET: one })
    const b = await start('b', { LINK_SECRET: one })
    const said = await refused('c', { LINK_SECRET: other })
    expect(said).toContain('LINK_SECRET')
    expect(said).not.toContain(other)
    expect(await refused('d')).toContain('LINK_SECRET') // the one in the database is not that either

    await Promise.all([a.kill('SIGTERM'), b.kill('SIGTERM')])
    const again = await start('a', { LINK_SECRET: other })
    onTestFinished(() => void again.kill('SIGKILL'))
  })
})
