import { IDBFactory } from 'fake-indexeddb'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useLockStore } from '../../src/client/stores/device/lock.ts'
import { useOverlaysStore } from '../../src/client/stores/navigation/overlays.ts'
import { useOutboxStore } from '../../src/client/stores/outbox.ts'
import { readJournal, sealJournal, writeJournal } from '../../src/client/utils/device/unloadJournal.ts'
import { addPasskey, makeLock, openLock, openLockWith, removePasskey } from '../../src/client/utils/locking/lockKeys.ts'
import { setOpenedLock } from '../../src/client/utils/locking/lockState.ts'
import { saveAnswer } from '../../src/client/utils/storage/answers/answerStorage.ts'
import { closeDraftStorage, transact } from '../../src/client/utils/storage/draftDatabase.ts'
import { deleteDraftMedia, getDraftMediasBySession } from '../../src/client/utils/storage/draftStorage.ts'
import { getUnsaved, keepUnsaved } from '../../src/client/utils/storage/edits/unsavedStorage.ts'
import { getIntake, takeIn } from '../../src/client/utils/storage/intake/intakeStorage.ts'
import { getRefusals, keepRefusal } from '../../src/client/utils/storage/intake/refusalStorage.ts'
import { followLock, saveLock } from '../../src/client/utils/storage/lock/lockStorage.ts'
import { orderDraftMedias } from '../../src/client/utils/storage/ordering/orderStorage.ts'
import { getOutbox, moveToOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { returnToDraft } from '../../src/client/utils/storage/outbox/returning.ts'
import { getAllDrafts, getDraftText, saveDraftSession, saveDraftText } from '../../src/client/utils/storage/textStorage.ts'
import { until } from '../helpers/eventually.ts'
import { png, text } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

const PASSPHRASE = 'correct horse battery'
const SECRET = 'Plaintext-7319'

const opened = new Set<ReturnType<typeof useLockStore>>()

/** Of the tab that was opened last. */
function lockStore() {
  const store = useLockStore()
  opened.add(store)
  return store
}

/** The page is gone: what it knew, too. The disk stays. */
async function closeBrowser() {
  opened.forEach(store => store.close())
  setOpenedLock(undefined)
  sealJournal(undefined)
  await closeDraftStorage()
  setActivePinia(createPinia())
}

beforeEach(async () => {
  localStorage.clear()
  setActivePinia(createPinia())
  await closeBrowser()
})

afterEach(closeBrowser)

/** Everything that lies on the disk, as text, however it is kept. */
async function dump(): Promise<string> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open('satchel')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const found: string[] = Object.entries({ ...localStorage }).flat()
  const look = async (value: unknown): Promise<void> => {
    if (value instanceof Blob)
      found.push((value as File).name ?? '', await value.text())
    else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
      found.push(Buffer.from(value instanceof ArrayBuffer ? value : value.buffer).toString('latin1'))
    else if (typeof value === 'object' && value !== null)
      for (const [name, one] of Object.entries(value))
        await look(name).then(() => look(one))
    else
      found.push(String(value))
  }
  for (const name of db.objectStoreNames) {
    const store = db.transaction(name).objectStore(name)
    const values = await new Promise<unknown[]>((resolve) => {
      const request = store.getAll()
      request.onsuccess = () => resolve(request.result)
    })
    for (const value of values)
      await look(value)
  }
  db.close()
  return found.join('\n')
}

/** Something of everything that a device keeps. */
async function writeEverything(sessionId: string) {
  const tab = await openTab(sessionId)
  await tab.add([text(`${SECRET}.txt`, `${SECRET} in a file`), png(`${SECRET}.png`)])
  await keepUnsaved(tab.data.attachmentsOf(sessionId)[1]!.id, [], { done: [{ kind: 'text', at: { x: 0, y: 0 }, text: `${SECRET} on a picture`, height: 22, colour: 'red' }], undone: [], told: 'drawn' })
  await saveDraftText(sessionId, `${SECRET} typed`, { tab: 'one' })
  await saveDraftText(sessionId, `${SECRET} typed elsewhere`, { tab: 'two', base: 'unknown' })
  await saveDraftSession(sessionId, { projectId: 'p', title: `${SECRET} title` })
  await takeIn([{ id: 'given', sessionId, name: `${SECRET}.pdf`, file: new File([`${SECRET} given`], `${SECRET}.pdf`), mediaType: 'application/pdf', before: [], createdAt: 1 }])
  await keepRefusal('refused', sessionId, { name: `${SECRET}.zip`, text: `${SECRET}.zip cannot be attached.` })
  await saveAnswer({ id: 'a', sessionId, messageId: 'm', partId: 'p', choices: { [`${SECRET}?`]: { labels: [SECRET], other: '', own: false } }, changedAt: 1 })
  await saveDraftText('another', `${SECRET} sent`, { tab: 'one', revision: 'r' })
  await moveToOutbox({ id: 'message', sessionId: 'another', projectId: 'p', text: `${SECRET} sent`, mediaIds: [], createdAt: 1 }, { revision: 'r', tabOnly: [] })
  writeJournal({ id: 'j', sessionId, tab: 'gone', text: `${SECRET} last words` })
  tab.close()
}

/** What a person has, as the app reads it. */
async function readEverything(sessionId: string) {
  const [medias, drafts, intake, outbox, textOf] = await Promise.all([getDraftMediasBySession(sessionId), getAllDrafts(), getIntake(), getOutbox(), getDraftText(sessionId)])
  const files = await Promise.all(intake.map(async ({ name, file }) => `${name}: ${await new Blob([file]).text()}`))
  const unsaved = await Promise.all(medias.map(({ id }) => getUnsaved(id, [])))
  return {
    unsaved, medias: medias.map(({ name, base64, size }) => ({ name, base64, size })), message: textOf.message, conflicting: textOf.conflicting,
    title: drafts.sessions.get(sessionId)?.title, refused: await getRefusals(sessionId), files, outbox: outbox.map(({ text }) => text), journal: readJournal().map(({ text }) => text),
  }
}

test('a locked device holds nothing that can be read, and gives everything back with the passphrase', async () => {
  const { value: sessionId } = newSession()
  await writeEverything(sessionId)
  const before = await readEverything(sessionId)
  expect(await dump()).toContain(SECRET)
  expect(before.medias).toHaveLength(2)
  expect(before.refused).toHaveLength(1)
  expect(JSON.stringify(before.unsaved)).toContain(`${SECRET} on a picture`)

  await lockStore().turnOn(PASSPHRASE, 5)
  expect(await dump()).not.toContain(SECRET)
  expect(await readEverything(sessionId)).toEqual(before)

  await closeBrowser()
  const lock = lockStore()
  expect(await lock.meet()).toBe(false)
  await expect(getDraftText(sessionId)).rejects.toThrow('locked')
  expect(readJournal()).toEqual([])
  await lock.unlock(PASSPHRASE)
  expect(await readEverything(sessionId)).toEqual(before)
})

test('what is written while it is locked away is never there to be read, and order, sending and taking back work as ever', async () => {
  const { value: sessionId } = newSession()
  await lockStore().turnOn(PASSPHRASE, 5)
  await writeEverything(sessionId)
  expect(await dump()).not.toContain(SECRET)

  const medias = await getDraftMediasBySession(sessionId)
  await orderDraftMedias(sessionId, medias.map(({ id }) => id).reverse())
  expect((await getDraftMediasBySession(sessionId)).map(({ name }) => name)).toEqual(medias.map(({ name }) => name).reverse())
  await deleteDraftMedia(medias[0]!.id)
  expect((await getDraftMediasBySession(sessionId)).map(({ name }) => name)).toEqual([medias[1]!.name])
  expect((await returnToDraft('message'))?.draft.message).toBe(`${SECRET} sent`)
  expect(await dump()).not.toContain(SECRET)
})

test('a wrong passphrase loses nothing', async () => {
  const { value: sessionId } = newSession()
  await writeEverything(sessionId)
  const before = await readEverything(sessionId)
  await lockStore().turnOn(PASSPHRASE, 5)
  await closeBrowser()

  const lock = lockStore()
  await lock.meet()
  await expect(lock.unlock('incorrect horse')).rejects.toThrow('That is not the passphrase. Nothing is lost: try again.')
  await expect(getDraftText(sessionId)).rejects.toThrow('locked')
  await lock.unlock(PASSPHRASE)
  await expect(lock.turnOff('incorrect horse')).rejects.toThrow('That is not the passphrase')
  expect(await dump()).not.toContain(SECRET)
  expect(await readEverything(sessionId)).toEqual(before)
})

test('a browser that is killed while everything is sealed, or opened again, loses nothing and goes on at the next start', async () => {
  const { value: sessionId } = newSession()
  await writeEverything(sessionId)
  const before = await readEverything(sessionId)

  // Killed after the lock is on the disk, and a few records are sealed.
  const made = await makeLock(PASSPHRASE, 5)
  await saveLock(made)
  await dieAfter(4)
  await closeBrowser()

  const lock = lockStore()
  expect(await lock.meet()).toBe(false)
  await lock.unlock(PASSPHRASE)
  expect(await readEverything(sessionId)).toEqual(before)
  await until(async () => expect(await dump()).not.toContain(SECRET))

  // And again on the way back.
  const put = IDBObjectStore.prototype.put
  let left = 4
  const spy = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
    if (this.name !== 'lock' && left-- <= 0)
      throw new DOMException('killed', 'AbortError')
    return put.apply(this, args)
  })
  await expect(lock.turnOff(PASSPHRASE)).rejects.toThrow('killed')
  spy.mockRestore()
  await closeBrowser()

  expect(await lockStore().meet()).toBe(true)
  expect(await readEverything(sessionId)).toEqual(before)
  await followLock()
  expect(await dump()).toContain(SECRET)
  setOpenedLock(undefined) // nothing is sealed: nothing needs a key
  expect(await readEverything(sessionId)).toEqual(before)
})

async function dieAfter(records: number) {
  const put = IDBObjectStore.prototype.put
  let left = records
  const spy = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
    if (left-- <= 0)
      throw new DOMException('killed', 'AbortError')
    return put.apply(this, args)
  })
  await expect(followLock()).rejects.toThrow('killed')
  spy.mockRestore()
}

test('a tab that asks is given the key by one that has it, and none that was told to lock gives it any more', async () => {
  await lockStore().turnOn(PASSPHRASE, 5)
  const other = new BroadcastChannel('satchel.lock')
  const heard: unknown[] = []
  other.onmessage = ({ data }: MessageEvent<{ about: string }>) => heard.push(data.about)
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined)

  other.postMessage({ about: 'ask' })
  await until(() => expect(heard).toContain('opened'))
  other.postMessage({ about: 'locked' })
  await until(() => expect(reload).toHaveBeenCalledOnce())
  heard.length = 0
  other.postMessage({ about: 'ask' })
  other.postMessage({ about: 'locked' })
  lockStore().lockNow() // is heard behind an answer, if there was one
  await until(() => expect(heard).toContain('locked'))
  expect(heard).toEqual(['locked'])
  other.close()
})

test('what a tab wrote that heard of the lock late is joined to what is sealed, and loses neither', async () => {
  const { value: sessionId } = newSession()
  await lockStore().turnOn(PASSPHRASE, 5)
  await writeEverything(sessionId)
  const medias = await getDraftMediasBySession(sessionId)
  await transact({ stores: ['draftMessages'], mode: 'readwrite', isOpen: true }, async (tx) => {
    await tx.objectStore('draftMessages').put({ ...await tx.objectStore('draftMessages').get(sessionId), message: 'late' }, sessionId)
  })
  expect((await getDraftText(sessionId)).message).toBe('late')
  expect(await getDraftMediasBySession(sessionId)).toEqual(medias)
})

test('after it is turned off and on again with another passphrase, only that one opens it', async () => {
  const { value: sessionId } = newSession()
  await writeEverything(sessionId)
  const before = await readEverything(sessionId)
  await lockStore().turnOn(PASSPHRASE, 5)
  await lockStore().turnOff(PASSPHRASE)
  expect(await readEverything(sessionId)).toEqual(before)
  await lockStore().turnOn('another passphrase', 5)
  expect(await dump()).not.toContain(SECRET)
  await closeBrowser()

  const lock = lockStore()
  await lock.meet()
  await expect(lock.unlock(PASSPHRASE)).rejects.toThrow('not the passphrase')
  await lock.unlock('another passphrase')
  expect(await readEverything(sessionId)).toEqual(before)
})

test('where the browser empties the database while it is locked, what is written since opens with the same passphrase', async () => {
  const { value: sessionId } = newSession()
  await lockStore().turnOn(PASSPHRASE, 5)
  await closeDraftStorage()
  globalThis.indexedDB = new IDBFactory()
  await saveDraftText(sessionId, SECRET, { tab: 'one' })
  expect(await dump()).not.toContain(SECRET)
  await closeBrowser()

  const lock = lockStore()
  expect(await lock.meet()).toBe(false)
  await lock.unlock(PASSPHRASE)
  expect((await getDraftText(sessionId)).message).toBe(SECRET)
})

test('a passkey is added by who knows the passphrase, and opens what it answers for and nothing else', async () => {
  const newAnswer = () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const answer = await newAnswer()
  const make = vi.fn(async () => ({ id: new Uint8Array([1]), salt: new Uint8Array([2]), answer }))
  const made = await makeLock(PASSPHRASE, 5)
  await expect(addPasskey(made.record, 'incorrect horse', make)).rejects.toThrow('That is not the passphrase')
  expect(make).not.toHaveBeenCalled()

  const { record } = await addPasskey(made.record, PASSPHRASE, make)
  expect((await openLockWith(record, record.passkey!, answer)).journalKey).toEqual(made.journalKey)
  await expect(openLockWith(record, record.passkey!, await newAnswer())).rejects.toThrow('That passkey does not open these drafts. Nothing is lost: type the passphrase.')
  expect((await openLock(record, PASSPHRASE)).journalKey).toEqual(made.journalKey)
  expect(removePasskey(await openLock(record, PASSPHRASE)).record).toEqual(made.record)
})

test('a tab with what found no room on the device stays when it is locked, gives nobody the key, and begins anew when nothing is left', async () => {
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined)
  const { tabOnly } = useOutboxStore()
  const overlays = useOverlaysStore()
  const lock = lockStore()
  await lock.turnOn(PASSPHRASE, 5)
  tabOnly.add('message')
  lock.lockNow()
  expect(overlays.current).toEqual({ name: 'cover' })
  expect(reload).not.toHaveBeenCalled()

  const other = new BroadcastChannel('satchel.lock')
  const heard: string[] = []
  other.onmessage = ({ data }: MessageEvent<{ about: string }>) => heard.push(data.about)
  other.postMessage({ about: 'ask' })
  await expect(lock.unlock('incorrect horse')).rejects.toThrow('That is not the passphrase')
  expect(overlays.current).toEqual({ name: 'cover' })
  expect(heard).not.toContain('opened')
  await lock.unlock(PASSPHRASE)
  expect(overlays.current).toBeUndefined()

  lock.lockNow()
  expect(overlays.current).toEqual({ name: 'cover' })
  tabOnly.delete('message') // the server has accepted it
  await until(() => expect(reload).toHaveBeenCalledOnce())
  other.close()
})

test('a device that nobody touches is locked after its time, and not before', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'Date'] })
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined)
  const lock = lockStore()
  vi.advanceTimersByTime(60 * 60_000)
  await lock.turnOn(PASSPHRASE, 5)
  window.dispatchEvent(new Event('keydown'))
  vi.advanceTimersByTime(4 * 60_000)
  window.dispatchEvent(new Event('keydown'))
  vi.advanceTimersByTime(4 * 60_000)
  expect(reload).not.toHaveBeenCalled()
  vi.advanceTimersByTime(2 * 60_000)
  expect(reload).toHaveBeenCalledOnce()
  vi.useRealTimers()
})
