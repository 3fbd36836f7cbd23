import { openDB } from 'idb'
import { expect, test, vi } from 'vitest'
import * as storage from '../../src/client/utils/storage/draftStorage.ts'
import type { DraftMedia } from '../../src/client/utils/files/fileUtils.ts'
import { onStorageObstacle } from '../../src/client/utils/storage/draftDatabase.ts'
import { getAllDrafts } from '../../src/client/utils/storage/textStorage.ts'
import { getDraftThumbnailsBySession } from '../../src/client/utils/storage/thumbnailStorage.ts'
import { bytesToBase64 } from '../../src/shared/base64.ts'
import { getDraftMessage, saveDraftMessage } from '../helpers/draftRecords.ts'
import { pngBytes } from '../helpers/images.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

const media = (id: string, sessionId = 's1'): DraftMedia => ({
  id, sessionId, name: `${id}.png`, type: 'image', mimeType: 'image/png', base64: bytesToBase64(pngBytes()), createdAt: 1,
})
const ids = async (sessionId = 's1') => (await storage.getDraftMediasBySession(sessionId)).map(({ id }) => id)

/** The database as an earlier version of the app left it, made by hand. */
async function leftBehind(version: 1 | 2 | 3) {
  const db = await openDB('satchel', version, {
    upgrade(db) {
      db.createObjectStore('draftMessages').put({ message: 'written long ago', title: 'Old title', ...version === 3 ? { mediaIds: ['b', 'a'] } : {} }, 's1')
      if (version >= 2)
        db.createObjectStore('draftSessions').put({ projectId: 'default', title: 'A draft session' }, 's1')
      if (version >= 3) {
        const medias = db.createObjectStore('draftMedias', { keyPath: 'id' })
        medias.createIndex('sessionId', 'sessionId')
        void medias.put(media('a'))
        void medias.put({ ...media('b'), name: 'b.txt', type: 'txt', mimeType: 'text/plain', base64: 'plain ünïcode' })
      }
    },
  })
  db.close()
}

test.each([1, 2, 3] as const)('a browser that holds version %i opens the newest one with nothing lost', async (version) => {
  await leftBehind(version)

  const { messages, sessions } = await getAllDrafts()

  expect(messages.get('s1')).toMatchObject({ message: 'written long ago', title: 'Old title' })
  expect(sessions.get('s1')).toEqual(version >= 2 ? { projectId: 'default', title: 'A draft session' } : undefined)
  expect(await ids()).toEqual(version >= 3 ? ['b', 'a'] : [])
  await storage.saveDraftMedia(media('new'))
  expect(await ids()).toEqual(version >= 3 ? ['b', 'a', 'new'] : ['new'])
})

test('files saved by version 3 are shown in their order, and get their thumbnail once', async () => {
  await leftBehind(3)

  const tab = await openTab('s1')

  expect(tab.names()).toEqual(['b.txt', 'a.png'])
  expect(tab.attachments.value[1]).toMatchObject({ thumbnail: expect.stringMatching(/^data:image/), size: pngBytes().length })
  expect(tab.attachments.value[0]).toMatchObject({ size: new TextEncoder().encode('plain ünïcode').length })
  expect((await getDraftThumbnailsBySession('s1')).missing).toEqual([])
  expect(tab.sessions.titleOf('s1')).toBe('A draft session')
})

test('two files attached at the same moment are both there', async () => {
  await Promise.all([storage.saveDraftMedia(media('one')), storage.saveDraftMedia(media('two'))])

  expect(await ids()).toEqual(['one', 'two'])
})

test('order is the order of attaching, not of the ids', async () => {
  for (const id of ['z', 'a', 'm'])
    await storage.saveDraftMedia(media(id))

  expect(await ids()).toEqual(['z', 'a', 'm'])
})

test('a media and the reference to it land together or not at all', async () => {
  await storage.saveDraftMedia(media('before'))
  const proxy = { ...media('broken'), base64: (() => 'a function cannot be stored') as unknown as string }

  await expect(storage.saveDraftMedia(proxy)).rejects.toThrow()

  expect((await getDraftMessage('s1'))?.mediaIds).toEqual(['before'])
  expect(await storage.getDraftMedia('broken')).toBeUndefined()
})

test('a save whose transaction aborts, the second one too, is not called saved', async () => {
  const put = IDBObjectStore.prototype.put
  const aborting = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    const request = put.call(this, value, key)
    request.addEventListener('success', () => this.transaction.abort())
    return request
  })

  await expect(storage.saveDraftMedia(media('lost'))).rejects.toThrow()
  aborting.mockRestore()
  expect(await ids()).toEqual([])
})

test('bytes are written so that they survive a power cut', async () => {
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')

  await storage.saveDraftMedia(media('one'))

  expect(transaction).toHaveBeenCalledWith(expect.arrayContaining(['draftMedias', 'draftMessages']), 'readwrite', { durability: 'strict' })
})

test('a connection that the browser closed is replaced, and the save still happens', async () => {
  await saveDraftMessage('s1', { message: 'one' })
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(() => {
    throw new DOMException('The database connection is closing.', 'InvalidStateError')
  })

  await saveDraftMessage('s1', { message: 'two' })

  expect(transaction).toHaveBeenCalled()
  expect(await getDraftMessage('s1')).toEqual({ message: 'two' })
})

test('a connection that the browser closes while something is written is replaced, and the save still happens', async () => {
  await saveDraftMessage('s1', { message: 'one' })
  const begin = IDBDatabase.prototype.transaction
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(function (this: IDBDatabase, ...how: Parameters<typeof begin>) {
    const cutOff = begin.apply(this, how)
    queueMicrotask(() => cutOff.abort())
    return cutOff
  })

  await saveDraftMessage('s1', { message: 'two' })

  expect(await getDraftMessage('s1')).toEqual({ message: 'two' })
})

test('an open that failed once is tried again by the next save', async () => {
  const open = vi.spyOn(IDBFactory.prototype, 'open').mockImplementationOnce(() => {
    throw new DOMException('not now', 'UnknownError')
  })

  await expect(saveDraftMessage('s1', { message: 'first' })).rejects.toThrow('not now')
  await saveDraftMessage('s1', { message: 'second' })

  expect(open).toHaveBeenCalledTimes(2)
  expect(await getDraftMessage('s1')).toEqual({ message: 'second' })
})

test('an older tab that is in the way of an upgrade is named to the person, and nothing is lost', async () => {
  await leftBehind(1)
  const oldTab = await openDB('satchel', 1) // does not close when asked
  const met: unknown[] = []
  const stop = onStorageObstacle(obstacle => met.push(obstacle))

  const reading = getDraftMessage('s1')
  await expect.poll(() => met).toEqual(['blocked-by-older-tab'])
  oldTab.close()

  expect(await reading).toMatchObject({ message: 'written long ago' })
  expect(met.at(-1)).toBeUndefined()
  stop()
})

test('a tab left behind by a newer version says so', async () => {
  const newer = await openDB('satchel', 99)
  newer.close()
  const met: unknown[] = []
  const stop = onStorageObstacle(obstacle => met.push(obstacle))

  await expect(getDraftMessage('s1')).rejects.toThrow()

  expect(met).toEqual(['newer-version-exists'])
  stop()
})

test('this tab lets go when a newer version wants to upgrade', async () => {
  await saveDraftMessage('s1', { message: 'kept' })

  const newer = await openDB('satchel', 99)

  expect(await newer.get('draftMessages', 's1')).toEqual({ message: 'kept' })
  newer.close()
})

test('where there is no room the file stays usable in this tab, says so, and the old draft is intact', async () => {
  const session = newSession()
  const tab = await openTab(session)
  tab.text.value = 'old text'
  tab.drafts.flush()
  await expect.poll(() => getDraftMessage(session.value)).toMatchObject({ message: 'old text' })
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase) {
    throw new DOMException('full', 'QuotaExceededError')
  })

  const bytes = pngBytes({ seed: 7 })
  await tab.add([new File([bytes as Uint8Array<ArrayBuffer>], 'large.png')])
  transaction.mockRestore()

  expect(tab.attachments.value).toMatchObject([{ name: 'large.png', state: 'tab-only' }])
  expect(new Uint8Array(await (await tab.open(tab.attachments.value[0]!.id)).arrayBuffer())).toEqual(new Uint8Array(bytes))
  expect((await tab.data.getAttachmentsForSdk(session.value)).images[0]!.source.data).toBe(bytesToBase64(bytes))
  expect(await getDraftMessage(session.value)).toEqual({ message: 'old text' })
})

test('a text that cannot be saved is said to be unsafe, and is saved by itself as soon as it can', async () => {
  const session = newSession()
  const { text, drafts } = await openTab(session)
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase) {
    throw new DOMException('full', 'QuotaExceededError')
  })
  text.value = 'unsafe'
  drafts.flush()
  await expect.poll(() => drafts.saveProblem).toMatch(/not being saved on this device/)

  transaction.mockRestore() // and nobody types
  await expect.poll(() => getDraftMessage(session.value), { timeout: 60_000 }).toEqual({ message: 'unsafe' })
  await expect.poll(() => drafts.saveProblem).toBeUndefined()
})
