import { openDB } from 'idb'
import { expect, test } from 'vitest'
import { useSendMessage } from '../../src/client/composables/composer/useSendMessage.ts'
import { useEvictionStore } from '../../src/client/stores/device/eviction.ts'
import { storageScope } from '../../src/client/utils/device/storageScope.ts'
import { getDraftMessage } from '../../src/client/utils/storage/draftStorage.ts'
import { png } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

/** What a browser does that needs the room: everything at once. */
async function evict() {
  const db = await openDB(storageScope())
  const tx = db.transaction([...db.objectStoreNames], 'readwrite')
  await Promise.all([...[...db.objectStoreNames].map(name => tx.objectStore(name).clear()), tx.done])
  db.close()
}

async function openDraft() {
  const session = newSession()
  const tab = await openTab(session)
  tab.text.value = 'look at this'
  await tab.add([png('one.png'), png('two.png', 2)])
  await tab.drafts.settled(session.value)
  const eviction = useEvictionStore()
  expect(await eviction.check()).toBe(false)
  return { session, eviction, ...tab }
}

test('what the browser removed is named, and the text is saved again', async () => {
  const { session, eviction, names, told, text } = await openDraft()

  await evict()
  expect(await eviction.check()).toBe(true)

  expect(told()).toEqual(['The browser has removed one.png, two.png from this device. Attach them again; your text is still here.'])
  expect(names()).toEqual([])
  expect(text.value).toBe('look at this')
  expect(await getDraftMessage(session.value)).toMatchObject({ message: 'look at this' })
  expect(await eviction.check()).toBe(false)
})

test('nothing is sent without the pictures that it had', async () => {
  const { session, outbox, text, told } = await openDraft()
  const { send } = useSendMessage(session)

  await evict()
  await send()

  expect(outbox.messages).toEqual([])
  expect(text.value).toBe('look at this')
  expect(told()).toHaveLength(1)
})

test('a message that waited without files is still sent, and one with files is a draft again', async () => {
  const { session, eviction, outbox, text, told } = await openDraft()
  await outbox.enqueue(session.value)
  text.value = 'words only'
  await outbox.enqueue(session.value)

  await evict()
  await eviction.check()
  await outbox.refresh()

  expect(outbox.messages.map(message => message.text)).toEqual(['words only'])
  expect(text.value).toBe('look at this')
  expect(told()[0]).toContain('one.png, two.png')
})

test('every tab notices, also the second one', async () => {
  const { session, eviction } = await openDraft()
  await openTab(session)
  const other = useEvictionStore()
  await other.check()

  await evict()

  expect(await eviction.check()).toBe(true)
  expect(await other.check()).toBe(true)
})
