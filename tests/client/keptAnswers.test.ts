import { openDB } from 'idb'
import { expect, test } from 'vitest'
import { getAnswers, saveAnswer } from '../../src/client/utils/storage/answers/answerStorage.ts'
import { setStorageScope, storageScope } from '../../src/client/utils/device/storageScope.ts'
import { getDraftMediasBySession } from '../../src/client/utils/storage/draftStorage.ts'
import { closeDraftStorage, deleteDraftStorage } from '../../src/client/utils/storage/draftDatabase.ts'
import { getOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { getAllDrafts } from '../../src/client/utils/storage/textStorage.ts'
import { getDraftThumbnailsBySession } from '../../src/client/utils/storage/thumbnailStorage.ts'

const kept = (id: string) => ({ id, sessionId: 's1', messageId: 'm1', partId: 'p1', choices: { 'Which format?': { labels: ['CSV'], other: '', own: false } }, changedAt: 1 })

test('what a browser of the fifth version holds is all there in the newest one, which keeps answers too', async () => {
  await closeDraftStorage()
  await deleteDraftStorage(storageScope())
  const media = { id: 'a', sessionId: 's1', name: 'notes.txt', type: 'txt' as const, mimeType: 'text/plain', base64: 'hello', createdAt: 1 }
  const { base64: _, ...thumbnail } = { ...media, size: 5 }
  const message = { id: 'm', sessionId: 's2', projectId: 'default', text: 'waits', mediaIds: ['b'], createdAt: 2, position: 7, problem: 'It is too large.' }
  const old = await openDB(storageScope(), 5, {
    upgrade(db) {
      for (const name of ['draftMessages', 'draftSessions', 'draftRevisions', 'leases'])
        db.createObjectStore(name)
      for (const name of ['draftMedias', 'draftThumbnails'])
        db.createObjectStore(name, { keyPath: 'id' }).createIndex('sessionId', 'sessionId')
      db.createObjectStore('outbox', { keyPath: 'id' }).createIndex('position', 'position')
    },
  })
  await old.put('draftMessages', { message: 'half written', title: 'Mine', mediaIds: ['a'] }, 's1')
  await old.put('draftSessions', { projectId: 'default', createdAt: 1 }, 's1')
  await old.put('draftRevisions', { revision: 'r1', changedAt: 3, apart: { other: 'theirs' } }, 's1') // conflicting texts, under their first name
  await old.put('draftMedias', media)
  await old.put('draftThumbnails', thumbnail)
  await old.put('draftMedias', { ...media, id: 'b', sessionId: 's2' })
  await old.put('outbox', message)
  old.close()

  const { messages, sessions, revisions } = await getAllDrafts()

  expect(messages.get('s1')).toEqual({ message: 'half written', title: 'Mine', mediaIds: ['a'] })
  expect(sessions.get('s1')).toEqual({ projectId: 'default', createdAt: 1 })
  expect(revisions.get('s1')).toEqual({ revision: 'r1', changedAt: 3, conflicting: { other: 'theirs' } })
  expect(await getDraftMediasBySession('s1')).toEqual([media])
  expect((await getDraftThumbnailsBySession('s1')).thumbnails).toEqual([thumbnail])
  expect(await getOutbox()).toEqual([message])
  await saveAnswer(kept('first'))
  expect(await getAnswers()).toEqual([kept('first')])
})

test('answers that are kept for one account are not shown to the next, are there again for the first, and go with its drafts where those are removed', async () => {
  const before = storageScope()
  const as = async (scope: string) => {
    await closeDraftStorage()
    setStorageScope(scope)
  }
  await as('satchel ann')
  await saveAnswer(kept('ann'))

  await as('satchel zoe')
  expect(await getAnswers()).toEqual([])
  await as('satchel ann')
  expect(await getAnswers()).toEqual([kept('ann')])
  await as('satchel zoe')
  await deleteDraftStorage('satchel ann')
  await as('satchel ann')
  expect(await getAnswers()).toEqual([])
  await as(before)
})
