import path from 'node:path'
import { fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { deleteAttachment, getAttachment, getMessageAttachments, saveAttachment } from '../../src/server/storage/rows/attachmentRows.ts'
import { AttachmentStorage } from '../../src/server/storage/rows/attachmentStorage.ts'
import { newBlobKey } from '../../src/server/storage/blobs/blobStore.ts'
import { LocalAttachmentStore } from '../../src/server/storage/blobs/localAttachmentStore.ts'
import { openDatabaseOf } from '../helpers/databases.ts'
import { keysOf } from '../helpers/storeContract.ts'
import { jpegBytes, pdfBytes, pngBytes } from '../helpers/images.ts'
import { temporaryFolder } from '../helpers/openServer.ts'

/** A tenant with one message, and another one beside it. */
async function openStorage() {
  const folder = await temporaryFolder()
  const database = await openDatabaseOf(folder)
  onTestFinished(() => database.destroy())
  const blobs = await LocalAttachmentStore.open(path.join(folder, 'attachments'))
  const world = { database, blobs, log: fastify().log }
  const now = new Date().toISOString()
  for (const tenant of ['acme', 'zoo']) {
    await database.insertInto('sessions').values({ tenant_id: tenant, id: 'one', project_id: 'default', title: null, created_at: now, updated_at: now, agent_session_id: null }).execute()
    await database.insertInto('messages').values({
      id: `message-of-${tenant}`, tenant_id: tenant, user_id: null, session_id: 'one', role: 'user', sequence: 1, status: 'complete', text: 'hi', content: '[]', client_message_id: null,
      body_sha256: null, reply_to: null, problem: null, created_at: now, attachment_url: null, attachment_type: null, attachment_name: null,
    }).execute()
  }
  const messageRow = () => database.selectFrom('messages').selectAll().where('id', '=', 'message-of-acme').executeTakeFirstOrThrow()
  return { database, blobs, messageRow, storage: new AttachmentStorage(world, 'acme'), foreign: new AttachmentStorage(world, 'zoo') }
}

test('a buffer that is stored comes back byte for byte, with all that is known of it', async () => {
  const { storage, messageRow } = await openStorage()

  const stored = await storage.storeFromBuffer('message-of-acme', 'shot 🎉.png', pngBytes({ width: 30, height: 20 }), 'image/png')

  expect(await storage.retrieveAsBuffer(stored.id)).toEqual(Buffer.from(pngBytes({ width: 30, height: 20 })))
  expect(stored).toMatchObject({ messageId: 'message-of-acme', filename: 'shot 🎉.png', mimeType: 'image/png', size: pngBytes({ width: 30, height: 20 }).length, width: 30, height: 20, url: `/api/attachments/${stored.id}` })
  expect(await messageRow()).toMatchObject({ attachment_url: stored.url, attachment_type: 'image/png', attachment_name: 'shot 🎉.png' })
})

test('a message names its first attachment, also after that one is gone', async () => {
  const { storage, messageRow } = await openStorage()
  const first = await storage.storeFromBuffer('message-of-acme', 'a.png', pngBytes(), 'image/png')
  const second = await storage.storeFromBuffer('message-of-acme', 'b.pdf', pdfBytes(), 'application/pdf')
  expect((await messageRow()).attachment_name).toBe('a.png')

  expect((await storage.delete(first.id)).attachments.map(({ id }) => id)).toEqual([second.id])
  expect(await messageRow()).toMatchObject({ attachment_name: 'b.pdf', attachment_type: 'application/pdf' })
  await storage.delete(second.id)
  expect(await messageRow()).toMatchObject({ attachment_url: null, attachment_type: null, attachment_name: null })
})

test('a foreign message takes no attachment, and keeps nothing of it', async () => {
  const { storage, blobs, database } = await openStorage()

  for (const id of ['message-of-zoo', 'nothing', ''])
    await expect(storage.storeFromBuffer(id, 'a.png', pngBytes(), 'image/png')).rejects.toMatchObject({ problem: { status: 404 } })

  expect(await keysOf(blobs)).toEqual([])
  expect(await database.selectFrom('attachments').selectAll().execute()).toEqual([])
})

test('a foreign attachment is not there', async () => {
  const { storage, foreign } = await openStorage()
  const { id } = await storage.storeFromBuffer('message-of-acme', 'a.png', pngBytes(), 'image/png')

  await expect(foreign.retrieveAsBuffer(id)).rejects.toMatchObject({ problem: { status: 404 } })
  await expect(foreign.delete(id)).rejects.toMatchObject({ problem: { status: 404 } })
  expect(await storage.retrieveAsBuffer(id)).toEqual(Buffer.from(pngBytes()))
})

test('equal files share their bytes until the last is deleted; what is deleted is gone', async () => {
  const { storage, blobs } = await openStorage()
  const [one, two] = [await storage.storeFromBuffer('message-of-acme', 'a.png', pngBytes(), 'image/png'), await storage.storeFromBuffer('message-of-acme', 'b.png', pngBytes(), 'image/png')]
  expect(await keysOf(blobs)).toHaveLength(1)

  await storage.delete(one.id)
  expect(await storage.retrieveAsBuffer(two.id)).toEqual(Buffer.from(pngBytes()))
  await storage.delete(two.id)

  expect(await keysOf(blobs)).toEqual([])
  await expect(storage.retrieveAsBuffer(two.id)).rejects.toMatchObject({ problem: { status: 404 } })
  await expect(storage.delete(two.id)).rejects.toMatchObject({ problem: { status: 404 } })
})

test.each([
  ['page.html', Buffer.from('<script>'), 'text/html'],
  ['drawing.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/svg+xml'],
  ['photo.png', jpegBytes(), 'image/png'],
  ['report.pdf', pngBytes(), 'application/pdf'],
  ['notes.txt', Buffer.from('a\0b'), 'text/plain'],
  ['empty.txt', Buffer.from(''), 'text/plain'],
  ['nothing', Buffer.from('x'), ''],
])('%s is not stored under a type that it is not', async (name, content, mimeType) => {
  const { storage, blobs } = await openStorage()

  await expect(storage.storeFromBuffer('message-of-acme', name, content, mimeType)).rejects.toMatchObject({ problem: { status: 415, filename: name } })
  expect(await keysOf(blobs)).toEqual([])
})

test('rows are saved, found, listed in order and deleted for their own tenant only', async () => {
  const { database } = await openStorage()
  const attachment = (id: string) => ({ id, filename: `${id}.txt`, mimeType: 'text/plain', size: 1, sha256: id, width: null, height: null, pages: null, storagePath: newBlobKey('acme') })
  const save = (tenant: string, messageId: string, id: string) => database.transaction().execute(trx => saveAttachment(trx, tenant, messageId, attachment(id)))

  for (const id of ['c', 'a', 'b'])
    await save('acme', 'message-of-acme', id)
  await expect(save('zoo', 'message-of-acme', 'd')).rejects.toMatchObject({ problem: { status: 404 } })

  expect((await getMessageAttachments(database, 'acme', 'message-of-acme')).map(row => [row.id, row.ordinal])).toEqual([['c', 0], ['a', 1], ['b', 2]])
  expect(await getMessageAttachments(database, 'zoo', 'message-of-acme')).toEqual([])
  expect(await getAttachment(database, 'acme', 'a')).toMatchObject({ filename: 'a.txt', message_id: 'message-of-acme' })
  expect(await getAttachment(database, 'zoo', 'a')).toBeUndefined()
  const remove = (tenant: string, id: string) => database.transaction().execute(trx => deleteAttachment(trx, tenant, id))
  expect(await remove('zoo', 'a')).toBeUndefined()
  expect(await remove('acme', 'a')).toMatchObject({ message: { id: 'message-of-acme' } })
  expect(await remove('acme', 'a')).toBeUndefined()
  await save('acme', 'message-of-acme', 'd')
  expect((await getMessageAttachments(database, 'acme', 'message-of-acme')).map(row => row.id)).toEqual(['c', 'b', 'd'])
})
