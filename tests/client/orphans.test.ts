import { expect, test } from 'vitest'
import * as storage from '../../src/client/utils/storage/draftStorage.ts'
import type { DraftMedia } from '../../src/client/utils/files/fileUtils.ts'
import { transact } from '../../src/client/utils/storage/draftDatabase.ts'
import type { DraftRevision, DraftThumbnail } from '../../src/client/utils/storage/draftSchema.ts'
import { deleteDraft, restoreDraft } from '../../src/client/utils/storage/forgetting/forgettingStorage.ts'
import { takeLease } from '../../src/client/utils/storage/leaseStorage.ts'
import { getOutbox, moveToOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { removeOrphanedMedias } from '../../src/client/utils/storage/orphanStorage.ts'
import { getDraftText, saveDraftText } from '../../src/client/utils/storage/textStorage.ts'
import { getDraftMessage, saveDraftMessage } from '../helpers/draftRecords.ts'

const DAY = 24 * 60 * 60 * 1000
const NOW = Date.now()
const [YOUNG, OLD] = [NOW - DAY + 60_000, NOW - DAY - 60_000]
const removeOrphans = () => removeOrphanedMedias(NOW - DAY)

const media = (id: string, createdAt: number, sessionId = 's1'): DraftMedia =>
  ({ id, sessionId, name: `${id}.txt`, type: 'txt', mimeType: 'text/plain', base64: id, size: id.length, createdAt })

const thumbnailOf = ({ base64: _, ...view }: DraftMedia): DraftThumbnail => view

/** In the database, and in no draft. */
const leave = (media: DraftMedia, { withThumbnail = true, withBytes = true } = {}) => transact({ stores: ['draftMedias', 'draftThumbnails'], mode: 'readwrite' }, async (tx) => {
  if (withBytes)
    await tx.objectStore('draftMedias').put(media)
  if (withThumbnail)
    await tx.objectStore('draftThumbnails').put(thumbnailOf(media))
})

const left = () => transact({ stores: ['draftMedias', 'draftThumbnails'], mode: 'readonly' }, async tx => ({
  medias: await tx.objectStore('draftMedias').getAllKeys(),
  thumbnails: await tx.objectStore('draftThumbnails').getAllKeys(),
}))

const keysOf = (name: 'draftRevisions' | 'leases') => transact({ stores: [name], mode: 'readonly' }, tx => tx.objectStore(name).getAllKeys())

test('what nothing refers to goes when it is older than a day, with and without a thumbnail or bytes', async () => {
  await leave(media('with', OLD))
  await leave(media('without', OLD), { withThumbnail: false })
  await leave(media('thumbnail-only', OLD), { withBytes: false })

  expect(await removeOrphans()).toBe(3)
  expect(await left()).toEqual({ medias: [], thumbnails: [] })
})

test('nothing younger than a day goes, and nothing from the future of a clock that was set back', async () => {
  await leave(media('young', YOUNG))
  await leave(media('young-without', YOUNG), { withThumbnail: false })
  await leave(media('tomorrow', NOW + DAY))

  expect(await removeOrphans()).toBe(0)
  expect((await left()).medias).toEqual(['tomorrow', 'young', 'young-without'])
})

test('a file of a draft stays however old it is, also of a draft in another session than it was attached to', async () => {
  await storage.saveDraftMedia(media('mine', OLD), thumbnailOf(media('mine', OLD)))
  await leave(media('moved', OLD, 'another'))
  await saveDraftMessage('s2', { mediaIds: ['moved'] })

  expect(await removeOrphans()).toBe(0)
  expect((await storage.getDraftMediasBySession('s1')).map(({ id }) => id)).toEqual(['mine'])
  expect(await left()).toEqual({ medias: ['mine', 'moved'], thumbnails: ['mine', 'moved'] })
})

test('a file of a message on its way stays however old it is', async () => {
  await storage.saveDraftMedia(media('sent', OLD), thumbnailOf(media('sent', OLD)))
  const message = { id: 'm1', sessionId: 's1', projectId: 'default', text: '', mediaIds: ['sent'], createdAt: OLD }
  await moveToOutbox(message, { revision: undefined, tabOnly: [] })

  expect(await removeOrphans()).toBe(0)
  expect(await storage.getDraftMedias((await getOutbox())[0]!.mediaIds)).toHaveLength(1)
})

test('no bytes are read where a thumbnail tells the age', async () => {
  await leave(media('old', OLD))
  const read: string[] = []
  const get = IDBObjectStore.prototype.get
  IDBObjectStore.prototype.get = function (this: IDBObjectStore, key) {
    read.push(this.name)
    return get.call(this, key)
  }
  try {
    await removeOrphans()
  }
  finally {
    IDBObjectStore.prototype.get = get
  }

  expect(read).toEqual(['draftThumbnails'])
})

const revision = (sessionId: string, value: DraftRevision) =>
  transact({ stores: ['draftRevisions'], mode: 'readwrite' }, tx => tx.objectStore('draftRevisions').put(value, sessionId))

test('revisions of drafts that are gone for a day go; those with a draft, young ones and conflicting texts stay', async () => {
  await revision('gone', { revision: 'r', changedAt: OLD })
  await revision('just-sent', { revision: 'r', changedAt: YOUNG })
  await revision('conflicting', { revision: 'r', changedAt: OLD, conflicting: { tab: 'not lost' } })
  await saveDraftMessage('draft', { message: 'here' })
  await revision('draft', { revision: 'r', changedAt: OLD })

  await removeOrphans()

  expect(await keysOf('draftRevisions')).toEqual(['conflicting', 'draft', 'just-sent'])
})

test('a tab that knew a revision that was cleaned up goes on writing, and nothing is in conflict', async () => {
  await revision('gone', { revision: 'r', changedAt: OLD })
  await removeOrphans()

  const text = await saveDraftText('gone', 'written on', { tab: 'a tab that was open for days', base: 'r' })

  expect(text).toMatchObject({ message: 'written on' })
  expect(text.conflicting).toBeUndefined()
})

test('a tab that knew a revision that was cleaned up sends what was written since', async () => {
  const { revision } = await saveDraftText('s1', 'sent and gone', { tab: 't1' })
  await deleteDraft('s1')
  await removeOrphanedMedias(Date.now() + DAY)
  expect(await keysOf('draftRevisions')).not.toContain('s1')

  const message = { id: 'm1', sessionId: 's1', projectId: 'default', text: 'written since', mediaIds: [], createdAt: 1 }
  expect(await moveToOutbox(message, { revision, tabOnly: [] })).toMatchObject({ message: { text: 'written since' } })
})

test('leases of tabs that are long gone go, and those that hold stay', async () => {
  await transact({ stores: ['leases'], mode: 'readwrite' }, tx => tx.objectStore('leases').put({ tab: 'dead', until: OLD }, 'outbox s1'))
  await takeLease('outbox s2', 'living', 10_000)

  await removeOrphans()

  expect(await keysOf('leases')).toEqual(['outbox s2'])
})

test('a draft knows when its text or its files were last changed', async () => {
  const before = Date.now()
  await storage.saveDraftMedia(media('one', NOW), thumbnailOf(media('one', NOW)))
  const attached = (await getDraftText('s1')).changedAt!
  expect(attached).toBeGreaterThanOrEqual(before)

  await revision('s1', { ...await getDraftText('s1'), changedAt: OLD })
  await saveDraftText('s1', 'typed', { tab: 't', base: undefined })
  expect((await getDraftText('s1')).changedAt).toBeGreaterThanOrEqual(before)

  await revision('s1', { revision: (await getDraftText('s1')).revision, changedAt: OLD })
  await storage.deleteDraftMedia('one')
  expect((await getDraftText('s1')).changedAt).toBeGreaterThanOrEqual(before)
  expect(await getDraftMessage('s1')).toEqual({ message: 'typed', mediaIds: [] })
})

test('a draft that was discarded and brought back is as old as it was', async () => {
  await saveDraftMessage('s1', { message: 'old' })
  await revision('s1', { revision: 'r', changedAt: OLD })

  await restoreDraft('s1', await deleteDraft('s1'))

  expect((await getDraftText('s1')).changedAt).toBe(OLD)
})
