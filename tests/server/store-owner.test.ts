import { copyFile, readdir, rm, utimes } from 'node:fs/promises'
import path from 'node:path'
import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { eventually } from '../helpers/eventually.ts'
import { pngBytes } from '../helpers/images.ts'
import { openServer, temporaryFolder } from '../helpers/openServer.ts'
import { file, form, json } from '../helpers/rest.ts'

const OLD = new Date(Date.now() - 3 * 24 * 60 * 60 * 1000)

/** A server on these files, and what it says. */
async function open(folder: string, dataFolder?: string) {
  const said: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said.push(chunk.toString())
      done()
    },
  })
  const server = await openServer({ ...dataFolder && { dataFolder }, blobStore: { kind: 'folder', folder }, logger: { level: 'warn', stream } })
  return { ...server, said }
}

async function filesOf(folder: string) {
  const names = await readdir(path.join(folder, 'default')).catch(() => [])
  return names.map(name => path.join(folder, 'default', name))
}

async function storeOne(server: Awaited<ReturnType<typeof open>>, folder: string, seed = 1) {
  await server.request('/api/sessions', json({ id: 'one' }))
  await server.request('/api/sessions/one/messages', form({}, [file('shot.png', pngBytes({ seed }))]))
  const files = await filesOf(folder)
  await Promise.all(files.map(name => utimes(name, OLD, OLD)))
  return files
}

test('a fresh database on files of another one removes none of them, and says so with BLOB_STORE\'s name', async () => {
  const folder = await temporaryFolder()
  const first = await open(folder)
  const files = await storeOne(first, folder)
  await first.close()

  const fresh = await open(folder)
  await eventually(() => fresh.said.join('')).toContain('BLOB_STORE')
  await fresh.close()

  expect(files).toHaveLength(1)
  expect(await filesOf(folder)).toEqual(files)
})

test('files that were put before the store knew its database are adopted by the one that refers to them, and by no other', async () => {
  const folder = await temporaryFolder()
  const dataFolder = await temporaryFolder()
  const first = await open(folder, dataFolder)
  const files = await storeOne(first, folder)
  await first.close()
  const owner = path.join(folder, '.database')
  const identity = await readdir(owner)
  await rm(owner, { recursive: true })

  const fresh = await open(folder)
  await eventually(() => fresh.said.join('')).toContain('BLOB_STORE')
  await fresh.close()
  expect(await readdir(folder)).not.toContain('.database')

  const again = await open(folder, dataFolder)
  await eventually(() => readdir(owner).catch(() => [])).toEqual(identity)
  expect(again.said.join('')).not.toContain('BLOB_STORE')
  expect(await filesOf(folder)).toEqual(files)
})

test('a store\'s own database goes on clearing away what no row refers to', async () => {
  const folder = await temporaryFolder()
  const dataFolder = await temporaryFolder()
  const server = await open(folder, dataFolder)
  const [known] = await storeOne(server, folder)
  await server.close()
  const orphan = path.join(folder, 'default', crypto.randomUUID())
  await copyFile(known!, orphan)
  await utimes(orphan, OLD, OLD)

  await open(folder, dataFolder)
  await eventually(() => filesOf(folder)).toEqual([known])
})
