import { utimes } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { deleteUnreferenced } from '../../src/server/storage/rows/blobReferences.ts'
import { LocalAttachmentStore } from '../../src/server/storage/blobs/localAttachmentStore.ts'
import { openDatabaseOf } from '../helpers/databases.ts'
import { image, named, pdf } from '../helpers/blocks.ts'
import { eventually } from '../helpers/eventually.ts'
import { pdfBytes, pngBytes } from '../helpers/images.ts'
import { ANN, bearer, openServer, TWO_TENANTS, ZOE } from '../helpers/openServer.ts'
import { json } from '../helpers/rest.ts'
import { instantAgent } from '../helpers/scriptedAgent.ts'

const shot = image(pngBytes())

async function open(dataFolder?: string) {
  const server = await openServer({ agent: instantAgent().agent, dataFolder })
  const bytesAt = async (url: string) => {
    const response = await server.request(url)
    return response.ok ? Buffer.from(await response.arrayBuffer()).toString('base64') : response.status
  }
  const upload = async (bytes: Uint8Array) => {
    const form = new FormData()
    form.append('files', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), 'shot.png')
    const { uploads } = await (await server.request('/api/uploads', { method: 'POST', body: form })).json() as { uploads: { id: string, url: string }[] }
    return uploads[0]!
  }
  const remove = async (url: string) => (await server.request(url, { method: 'DELETE' })).status
  return { ...server, bytesAt, upload, remove }
}

test('the same bytes are stored once, whatever they are called and however they come', async () => {
  const server = await open()
  const tab = await server.connect()

  const one = await tab.ask({ session_id: 'one', images: [shot, shot], media: [named('image', 0, 'a.png'), named('image', 1, 'b.png')] })
  const two = await tab.ask({ session_id: 'two', images: [shot], documents: [pdf(pdfBytes(), 'other.pdf')] })
  const upload = await server.upload(pngBytes())

  expect(await server.blobs()).toHaveLength(2)
  for (const { url } of [...one.attachments, two.attachments[0]!, upload])
    expect(await server.bytesAt(url)).toBe(shot.source.data)
  expect(one.attachments.map(({ filename }) => filename)).toEqual(['a.png', 'b.png'])
})

test('of a message that is refused for its last file, or that came before, nothing stays in the store', async () => {
  const server = await open()
  const tab = await server.connect()
  const broken = image(pngBytes().slice(0, -10))
  const message = { type: 'send_message', session_id: 'one', message_id: 'm-1', images: [shot, broken] }

  expect(await tab.say(message)).toMatchObject({ problem: { detail: expect.stringContaining('its end is missing') } })
  await eventually(() => server.blobs()).toEqual([])

  for (let i = 0; i < 2; i++)
    expect(await tab.say({ ...message, images: [shot, image(pngBytes({ seed: 2 }))] })).toMatchObject({ type: 'message_accepted' })
  await eventually(() => server.blobs()).toHaveLength(2)
})

test('the last one to go takes the bytes along, and none before', async () => {
  const server = await open()
  const tab = await server.connect()
  const one = await tab.ask({ session_id: 'one', images: [shot, shot] })
  const two = await tab.ask({ session_id: 'two', images: [shot] })
  const upload = await server.upload(pngBytes())
  const [first, second] = one.attachments

  expect(await server.remove(first!.url)).toBe(204)
  expect(await server.bytesAt(second!.url)).toBe(shot.source.data)
  expect(await server.remove('/api/sessions/two')).toBe(204)
  expect(await server.bytesAt(two.attachments[0]!.url)).toBe(404)
  expect(await server.bytesAt(second!.url)).toBe(shot.source.data)
  expect(await server.remove(second!.url)).toBe(204)
  expect(await server.bytesAt(upload.url)).toBe(shot.source.data)
  expect(await server.blobs()).toHaveLength(1)
  expect(await server.remove(upload.url)).toBe(204)

  expect(await server.blobs()).toEqual([])
})

test('bytes that are sent again while their last owner goes are never lost', async () => {
  const server = await open()
  const tab = await server.connect()
  let last = await tab.ask({ session_id: 's0', images: [shot] })
  for (let round = 1; round <= 15; round++) {
    const [next] = await Promise.all([
      tab.ask({ session_id: `s${round}`, images: [shot] }),
      server.remove(`/api/sessions/${last.sessionId}`),
    ])
    expect(await server.bytesAt(next.attachments[0]!.url)).toBe(shot.source.data)
    last = next
  }
  expect(await server.blobs()).toHaveLength(1)
})

test('one tenant’s bytes are not another’s, even if they are the same', async () => {
  const server = await openServer({ agent: instantAgent().agent, apiKeys: TWO_TENANTS })
  for (const key of [ANN, ZOE]) {
    await server.request('/api/sessions', json({ id: 'one' }, bearer(key)))
    const message = { attachments: [{ filename: 'a.png', mimeType: 'image/png', content: shot.source.data }] }
    expect((await server.request('/api/sessions/one/messages', json(message, bearer(key)))).status).toBe(202)
  }
  expect((await server.blobs()).map(blob => blob.split('/')[0]).sort()).toEqual(['acme', 'zoo'])

  await server.request('/api/sessions/one', { method: 'DELETE', headers: bearer(ANN) })

  expect((await server.blobs()).map(blob => blob.split('/')[0])).toEqual(['zoo'])
})

test('a day later the clean-up takes what has no row, and leaves what an upload or an older version’s row names', async () => {
  const server = await open()
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', images: [shot] })
  await server.upload(pngBytes({ seed: 2 }))
  await server.close()
  const folder = path.join(server.dataFolder, 'attachments')
  const store = await LocalAttachmentStore.open(folder)
  await store.put('0a1b2c3d-orphan', Buffer.from('x'))
  await store.put('default/orphan', Buffer.from('x'))
  await store.put('4e5f-flat', Buffer.from(shot.source.data, 'base64'))
  const database = await openDatabaseOf(server.dataFolder)
  await database.updateTable('attachments').set({ storage_path: '4e5f-flat' }).execute() // as versions without tenants put it
  const { storage_path } = await database.selectFrom('uploads').select('storage_path').executeTakeFirstOrThrow()
  await database.destroy()
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60
  for (const key of await server.blobs())
    await utimes(path.join(folder, key), twoDaysAgo, twoDaysAgo)
  await store.put('default/new-orphan', Buffer.from('x'))

  const again = await open(server.dataFolder)

  await eventually(async () => (await again.blobs()).sort()).toEqual(['4e5f-flat', 'default/new-orphan', storage_path].sort())
  const [row] = await again.rows('attachments')
  expect(await again.bytesAt(`/api/attachments/${row!.id as string}`)).toBe(shot.source.data)
})

test('more keys than one statement takes are looked at', async () => {
  const server = await open()
  const tab = await server.connect()
  await tab.ask({ session_id: 'one', images: [shot] })
  const [used] = await server.blobs()
  await server.close()
  const database = await openDatabaseOf(server.dataFolder)
  const deleted: string[] = []
  const store = await LocalAttachmentStore.open(path.join(server.dataFolder, 'attachments'))
  store.delete = async key => void deleted.push(key)
  const keys = Array.from({ length: 1500 }, (_, i) => `default/${i}`)

  await deleteUnreferenced(database, store, [...keys, used!, ...keys])

  expect(new Set(deleted)).toEqual(new Set(keys))
  await database.destroy()
})
