import { openDB } from 'idb'
import { expect, test, vi } from 'vitest'
import { useNotices } from '../../src/client/composables/ui/useNotices.ts'
import { useDraftStates } from '../../src/client/composables/composer/useDraftState.ts'
import { useSendMessage } from '../../src/client/composables/composer/useSendMessage.ts'
import { useEvictionStore } from '../../src/client/stores/device/eviction.ts'
import { rememberAccount } from '../../src/client/utils/device/accountMemory.ts'
import { scopeOf, setStorageScope, storageScope } from '../../src/client/utils/device/storageScope.ts'
import { deleteDraftStorage } from '../../src/client/utils/storage/draftDatabase.ts'
import { getDraftMedias } from '../../src/client/utils/storage/draftStorage.ts'
import { getOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { getAllDrafts } from '../../src/client/utils/storage/textStorage.ts'
import * as encodedBytes from '../../src/client/workers/media/encodedBytes.ts'
import { tasks } from '../../src/client/workers/tasks.ts'
import { getDraftMessage } from '../helpers/draftRecords.ts'
import { eventually } from '../helpers/eventually.ts'
import { png, text as textFile } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

/** What a browser does that needs the room: everything at once. */
async function evict() {
  const db = await openDB(storageScope())
  const tx = db.transaction([...db.objectStoreNames], 'readwrite')
  await Promise.all([...[...db.objectStoreNames].map(name => tx.objectStore(name).clear()), tx.done])
  db.close()
}

async function openDraft(session = newSession()) {
  const tab = await openTab(session)
  const eviction = useEvictionStore()
  const { notices } = useNotices(session)
  const { send, canSend } = useSendMessage(session)
  const stateOf = useDraftStates()
  await eviction.check()
  return { session, eviction, send, canSend, state: () => stateOf(session.value), alerts: () => notices.value.filter(({ tone }) => tone !== 'neutral').map(({ text }) => text), ...tab }
}

async function writeDraft() {
  const tab = await openDraft()
  tab.text.value = 'look at this'
  await tab.add([png('one.png'), textFile('two.txt', 'zwei'), png('three.png', 2)])
  await tab.drafts.whenSaved(tab.session.value)
  return tab
}

/** A draft that an earlier tab has written. */
async function leaveDraft() {
  const { session, close, attachments } = await writeDraft()
  close()
  for (const { id } of attachments.value) { // the memory of the worker goes with its tab
    encodedBytes.dropEncoded(id)
  }
  return session
}

/** The same in a tab that has its text, and knows what its files look like. */
const openFoundDraft = async () => openDraft(await leaveDraft())

test('what this tab still has is saved again, byte for byte and in its order, and the person is told', async () => {
  const { session, eviction, attachments, names, alerts, text, state } = await writeDraft()
  const before = await getDraftMedias(attachments.value.map(({ id }) => id))

  await evict()
  expect(await eviction.check()).toBe(true)

  expect(alerts()).toEqual([expect.stringMatching(/one\.png, two\.txt, three\.png and the text were still in this tab, and are saved again/)])
  expect(names()).toEqual(['one.png', 'two.txt', 'three.png'])
  expect(text.value).toBe('look at this')
  expect(state()).toBe('saved')
  expect(await getDraftMessage(session.value)).toMatchObject({ message: 'look at this', mediaIds: before.map(({ id }) => id) })
  expect(await getDraftMedias(before.map(({ id }) => id))).toEqual(before)
  expect(await eviction.check()).toBe(false)
})

test('what is gone stays in sight and is named, is not called saved, and nothing is sent without it until the person says so', async () => {
  const { session, outbox, attachments, names, add, remove, alerts, text, send, canSend, state } = await openFoundDraft()

  await evict()
  await send()
  await eventually(state).toBe('incomplete')
  await send()

  expect(outbox.messages).toEqual([])
  expect(names()).toEqual(['one.png', 'two.txt', 'three.png'])
  expect(alerts()).toContainEqual(expect.stringMatching(/removed one\.png, two\.txt, three\.png from this device/))
  expect(text.value).toBe('look at this')
  expect(await getDraftMessage(session.value)).toMatchObject({ message: 'look at this' })
  expect(canSend.value).toBe(false)

  await add([png('one.png')]) // the same bytes again: they are no longer there
  await remove(...attachments.value.filter(({ state }) => state === 'gone'))
  expect(names()).toEqual(['one.png'])
  expect(alerts()).not.toContainEqual(expect.stringContaining('has removed'))
  await send()
  expect((await getOutbox()).map(({ text, mediaIds }) => [text, mediaIds.length])).toEqual([['look at this', 1]])
})

test('what is removed after it was shown, and before it was read a second time, is noticed', async () => {
  const session = await leaveDraft()
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  vi.spyOn(tasks, 'load').mockImplementationOnce(async () => {
    await evict()
    throw new DOMException('The connection was closed.', 'AbortError')
  })

  const { names, state, alerts } = await openDraft(session)

  expect(state()).toBe('incomplete')
  expect(names()).toEqual(['one.png', 'two.txt', 'three.png'])
  expect(alerts()).toContainEqual(expect.stringMatching(/removed one\.png, two\.txt, three\.png from this device/))
})

test('words that the browser removed are sent all the same: they are whole', async () => {
  const { session, outbox, alerts, text, send, drafts } = await openDraft()
  text.value = 'only words'
  await drafts.whenSaved(session.value)

  await evict()
  await send()
  await outbox.refresh()

  expect(outbox.messages).toMatchObject([{ text: 'only words' }])
  expect(alerts()).toEqual([])
})

test('messages that waited are saved again; one whose files are gone waits for the person and says which', async () => {
  const found = await openFoundDraft()
  const { session, eviction, outbox, text, names, add, alerts, canSend } = found
  await outbox.enqueue(session.value)
  await add([png('whole.png', 7)])
  text.value = 'whole'
  await outbox.enqueue(session.value)
  text.value = 'words only'
  await outbox.enqueue(session.value)

  await evict()
  await eviction.check()
  await outbox.refresh()

  expect(outbox.messages.map(({ text, problem }) => [text, problem])).toEqual([
    ['look at this', expect.stringContaining('one.png, two.txt, three.png')],
    ['whole', undefined],
    ['words only', undefined],
  ])
  expect(await getOutbox()).toMatchObject([{ text: 'look at this', problem: expect.any(String) }, { text: 'whole' }, { text: 'words only' }])
  expect(await getDraftMedias(outbox.messages[1]!.mediaIds)).toHaveLength(1)

  await outbox.edit(outbox.messages[0]!.id)
  expect([text.value, names(), canSend.value]).toEqual(['look at this', ['one.png', 'two.txt', 'three.png'], false])
  expect(alerts()).toContainEqual(expect.stringContaining('one.png, two.txt, three.png'))
})

test('every tab notices, and what one of them has comes back in the other', async () => {
  const one = await writeDraft()
  const two = await openDraft(one.session)
  vi.spyOn(encodedBytes, 'copyOf').mockResolvedValueOnce(undefined).mockResolvedValueOnce(undefined).mockResolvedValueOnce(undefined) // the second has nothing of it

  await evict()
  expect(await two.eviction.check()).toBe(true)
  expect(two.state()).toBe('incomplete')
  expect(await one.eviction.check()).toBe(true)

  await eventually(two.state).toBe('saved')
  expect([one, two].map(tab => [tab.names(), tab.text.value])).toEqual([1, 2].map(() => [['one.png', 'two.txt', 'three.png'], 'look at this']))
  expect(one.state()).toBe('saved')
  expect(two.alerts()).toEqual([])
})

test('news of another tab that come before this one has noticed take nothing away', async () => {
  const { session, data, names, text, outbox } = await writeDraft()
  await outbox.enqueue(session.value)
  text.value = 'next'
  await evict()

  await Promise.all([outbox.refresh(), data.reload(session.value)])

  expect(outbox.messages).toMatchObject([{ text: 'look at this' }])
  expect(names()).toEqual([])
  expect(text.value).toBe('next')
})

test('drafts that a person has removed by signing out do not come back from another tab', async () => {
  rememberAccount('ann')
  setStorageScope(scopeOf('ann'))
  try {
    const { eviction, close } = await writeDraft()
    close()
    rememberAccount(undefined) // in another tab
    await deleteDraftStorage(storageScope())

    await eviction.check()

    expect((await getAllDrafts()).messages.size).toBe(0)
  }
  finally {
    setStorageScope(scopeOf('default'))
  }
})
