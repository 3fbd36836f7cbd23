import { expect, test, vi } from 'vitest'
import { base64ToBytes } from '../../src/shared/base64.ts'
import { deleteDraftMedia, getDraftMediasBySession, saveDraftMedia, saveDraftMedias } from '../../src/client/utils/storage/draftStorage.ts'
import { transact } from '../../src/client/utils/storage/draftDatabase.ts'
import { deleteDraft, moveDraft, restoreDraft } from '../../src/client/utils/storage/forgetting/forgettingStorage.ts'
import { getIntake, takeIn } from '../../src/client/utils/storage/intake/intakeStorage.ts'
import type { IntakeFile } from '../../src/client/utils/storage/intakeRecords.ts'
import { media } from '../../src/client/workers/media.ts'
import { WorkerLostError } from '../../src/client/workers/workerLost.ts'
import { tasks } from '../../src/client/workers/tasks.ts'
import { MissingPartError } from '../../src/client/utils/network/loadPart.ts'
import { until } from '../helpers/eventually.ts'
import { png, text, zip } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

type Tab = Awaited<ReturnType<typeof openTab>>

/** As a page does when it is opened. */
const takeUp = (tab: Tab, failures: string[] = []) =>
  tab.data.takeUp((_, __, prepared) => void prepared.catch((error: Error) => failures.push(error.message)))

const intakeOf = async (sessionId: string) => (await getIntake()).filter(file => file.sessionId === sessionId)

const given = (sessionId: string, file: File, before: string[] = [], more: Partial<IntakeFile> = {}): IntakeFile =>
  ({ id: crypto.randomUUID(), sessionId, name: file.name, file, mediaType: file.type, before, createdAt: Date.now(), ...more })

/** A file whose bytes do not come until it is let go. */
function stuck(file: File) {
  const read = file.arrayBuffer.bind(file)
  let release = () => {}
  const free = new Promise<void>((resolve) => { release = resolve })
  file.arrayBuffer = async () => {
    await free
    return read()
  }
  return { file, release }
}

test('all files of one drop are on the disk in one transaction before one of them is read', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const opened: IDBTransaction[] = []
  const open = IDBDatabase.prototype.transaction
  const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
    const tx = open.apply(this, args)
    opened.push(tx)
    return tx
  })
  const slow = [text('one.txt'), text('two.txt', 'another'), text('three.txt', 'a third')].map(stuck)

  const adding = tab.add(slow.map(({ file }) => file))
  await until(() => expect(tab.attachments.value.map(({ safe }) => safe)).toEqual([true, true, true]))

  spy.mockRestore()
  const writes = opened.filter(({ objectStoreNames, mode }) => objectStoreNames.contains('intake') && mode === 'readwrite')
  expect(writes.map(({ durability }) => durability)).toEqual(['strict'])
  expect((await intakeOf(session.value)).map(({ name }) => name)).toEqual(['one.txt', 'two.txt', 'three.txt'])
  expect(await getDraftMediasBySession(session.value)).toEqual([])
  slow.forEach(({ release }) => release())
  await adding
  expect(await intakeOf(session.value)).toEqual([])
})

test('a file that is gone where it came from is prepared from what is on the disk', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const { file, release } = stuck(text('temporary.txt', 'a screenshot tool deletes it at once'))
  const adding = tab.add([file])
  await until(() => expect(tab.attachments.value[0]?.safe).toBe(true))
  file.arrayBuffer = () => Promise.reject(new DOMException('it was deleted', 'NotFoundError'))

  release()
  await adding

  expect(tab.attachments.value.map(({ state }) => state)).toEqual(['saved'])
  expect((await getDraftMediasBySession(session.value)).map(({ base64 }) => base64)).toEqual(['a screenshot tool deletes it at once'])
  expect(tab.told()).toEqual([])
})

test('a tab that dies while files are prepared leaves them to the next one, in their order', async () => {
  const session = newSession()
  const first = await openTab(session)
  await first.add([png('before.png')])
  const before = first.attachments.value.map(({ id }) => id)
  first.close()
  const one = given(session.value, png('one.png'), before, { batch: 'drop' })
  const two = given(session.value, text('two.txt'), [...before, one.id], { batch: 'drop' })
  await takeIn([one, two])

  const next = await openTab(session)
  expect(next.names()).toEqual(['before.png', 'one.png', 'two.txt'])
  expect(next.attachments.value.map(({ state, safe }) => safe ? 'safe' : state)).toEqual(['saved', 'safe', 'safe'])
  await takeUp(next)

  expect(next.attachments.value.map(({ state }) => state)).toEqual(['saved', 'saved', 'saved'])
  const medias = await getDraftMediasBySession(session.value)
  expect(medias.map(({ id, name }) => [id, name]).slice(1)).toEqual([[one.id, 'one.png'], [two.id, 'two.txt']])
  expect(base64ToBytes(medias[1]!.base64)).toEqual(new Uint8Array(await png('one.png').arrayBuffer()))
  expect(await intakeOf(session.value)).toEqual([])
})

test('a file that was given before what lies on the disk was read stands after that', async () => {
  const session = newSession()
  await (await openTab(session)).add([png('before.png')])

  const [before] = await getDraftMediasBySession(session.value)
  await takeIn([given(session.value, png('next.png'))], false)

  expect((await intakeOf(session.value))[0]?.before).toEqual([before!.id])
})

test('two tabs do not prepare the same file twice: the second waits for the first', async () => {
  const session = newSession()
  await takeIn([given(session.value, png('one.png'), [], { batch: 'drop' })])
  const [first, second] = [await openTab(session), await openTab(session)]
  const attach = vi.spyOn(tasks, 'attach')

  await Promise.all([takeUp(first), takeUp(second)])

  expect(attach).toHaveBeenCalledTimes(1)
  attach.mockRestore()
  expect([first, second].map(tab => tab.attachments.value.map(({ state }) => state))).toEqual([['saved'], ['saved']])
})

test('a refused file leaves the disk with its sentence, also where an earlier page was given it', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.add([zip('virus.zip')])
  expect(tab.told().join()).toContain('virus.zip')
  expect(await intakeOf(session.value)).toEqual([])

  await takeIn([given(session.value, zip('late.zip'))])
  const failures: string[] = []
  const next = await openTab(session)
  await takeUp(next, failures)

  expect(failures.join()).toContain('late.zip')
  expect(next.names()).toEqual([])
  expect(await intakeOf(session.value)).toEqual([])
})

test('what is removed while it is prepared is gone, and can be put back to be prepared again', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const { file, release } = stuck(text('regret.txt'))
  const adding = tab.add([file])
  await until(() => expect(tab.attachments.value[0]?.safe).toBe(true))

  await tab.remove(tab.attachments.value[0]!)
  expect(await intakeOf(session.value)).toEqual([])
  release()
  await adding
  expect(await getDraftMediasBySession(session.value)).toEqual([])

  await [...tab.undo.offers.values()][0]!.undo()
  expect(tab.names()).toEqual(['regret.txt'])
  await takeUp(tab)
  expect(tab.attachments.value.map(({ state }) => state)).toEqual(['saved'])
})

test('what another tab removes while this one prepares it does not come back', async () => {
  const file = given('removed', png('one.png'))
  const mark = await takeIn([file])
  await deleteDraftMedia(file.id)
  const { id, sessionId, name, createdAt } = file

  const left = await saveDraftMedias([{ media: { id, sessionId, name, createdAt, type: 'image', mimeType: 'image/png', base64: '' }, intake: mark }])

  expect(left).toEqual([id])
  expect(await getDraftMediasBySession('removed')).toEqual([])
})

test('a file in preparation goes with its draft: discarded, put back, made another session\'s', async () => {
  const file = given('whole', png('one.png'))
  await takeIn([file])

  const forgotten = await deleteDraft('whole')
  expect(await intakeOf('whole')).toEqual([])
  await restoreDraft('whole', forgotten)
  expect((await intakeOf('whole')).map(({ id }) => id)).toEqual([file.id])

  const mark = await takeIn([])
  await moveDraft('whole', 'elsewhere')
  const { id, name, createdAt } = file
  await saveDraftMedias([{ media: { id, sessionId: 'whole', name, createdAt, type: 'image', mimeType: 'image/png', base64: 'AA' }, intake: mark }])
  expect((await getDraftMediasBySession('elsewhere')).map(({ id }) => id)).toEqual([file.id])
})

test('where the browser emptied the database meanwhile the file is saved all the same', async () => {
  const file = given('emptied', png('one.png'))
  await takeIn([file])
  await transact({ stores: ['intake', 'leases'], mode: 'readwrite' }, async (tx) => {
    await tx.objectStore('intake').clear()
    await tx.objectStore('leases').clear()
  })
  const { id, sessionId, name, createdAt } = file

  expect(await saveDraftMedias([{ media: { id, sessionId, name, createdAt, type: 'image', mimeType: 'image/png', base64: 'AA' }, intake: 'the old one' }])).toEqual([])
  expect(await getDraftMediasBySession('emptied')).toHaveLength(1)
})

test('a browser that refuses Blobs in its database gets the bytes', async () => {
  const session = newSession()
  const real = IDBObjectStore.prototype.put
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    if ((value as IntakeFile).file instanceof Blob)
      throw new DOMException('Blobs cannot be stored', 'DataCloneError')
    return real.call(this, value, key)
  })
  const id = crypto.randomUUID()

  await media.takeIn(session.value, 'drop', [{ id, file: png('one.png'), before: [] }], true)
  put.mockRestore()

  expect((await intakeOf(session.value))[0]?.file).not.toBeInstanceOf(Blob)
  const tab = await openTab(session)
  await takeUp(tab)
  expect(tab.attachments.value.map(({ name, state }) => [name, state])).toEqual([['one.png', 'saved']])
})

test('a file that has ended the browser many times is not opened again, and not lost', async () => {
  const session = newSession()
  await takeIn([given(session.value, png('bomb.png'), [], { tries: 5 })])

  const tab = await openTab(session)
  await takeUp(tab)

  expect(tab.attachments.value.map(({ kind, state }) => [kind, state])).toEqual([['file', 'saved']])
})

test('drafts that are taken to another device take along what is still being prepared', async () => {
  const session = newSession()
  const file = given(session.value, text('wait.txt', 'as it was given'))
  await takeIn([file])
  await saveDraftMedia({ id: 'ready', sessionId: session.value, name: 'ready.txt', type: 'txt', mimeType: 'text/plain', base64: 'ready', createdAt: 1 })

  const { file: exported, missing } = await media.exportDrafts([{ kind: 'draft', sessionId: session.value, projectId: 'default', text: '', title: undefined, mediaIds: ['ready', file.id] }])

  expect(missing).toBe(0)
  expect(await exported.text()).toContain(btoa('as it was given'))
})

test('a worker that dies over one file costs none: each is tried again alone, the deadly one goes in unopened, the others as ever', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const attach = tasks.attach
  let company = 0
  let alone = 0
  const spy = vi.spyOn(tasks, 'attach').mockImplementation(async (...args) => {
    if (company++ < 3)
      throw new WorkerLostError('out of memory')
    if (args[2].name === 'bomb.png' && !args[4]?.intoFolder && ++alone)
      throw new WorkerLostError('out of memory')
    return attach(...args)
  })

  await tab.add([png('one.png'), png('bomb.png'), text('notes.txt')])

  spy.mockRestore()
  expect(tab.told().filter(told => told.includes('was not attached'))).toEqual([])
  expect(tab.attachments.value.map(({ name, kind, state }) => [name, kind, state])).toEqual([['one.png', 'image', 'saved'], ['bomb.png', 'file', 'saved'], ['notes.txt', 'txt', 'saved']])
  expect(alone).toBe(2)
  expect(await intakeOf(session.value)).toEqual([])
})

test('what could not be prepared for a reason that is not the file\'s is told, stays on the disk, and is prepared at the next start', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const spy = vi.spyOn(tasks, 'attach').mockRejectedValue(new WorkerLostError('out of memory'))
  await tab.add([text('notes.txt', 'as it was given')])
  spy.mockRestore()
  expect(tab.names()).toEqual([])
  expect(tab.told()).toHaveLength(1)
  expect(await intakeOf(session.value)).toHaveLength(1)
  tab.close()

  const next = await openTab(session)
  await takeUp(next)

  expect(next.attachments.value.map(({ kind, state }) => [kind, state])).toEqual([['txt', 'saved']])
})

test('a file waits in its place for a part of the app that did not come, is on the disk meanwhile, and is prepared when there is a way to the server again', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const attach = tasks.attach
  const spy = vi.spyOn(tasks, 'attach').mockImplementation(async (...args) => args[2].name === 'photo.txt' ? Promise.reject(new MissingPartError(false)) : attach(...args))
  const adding = tab.add([text('photo.txt', 'as it was given'), text('notes.txt', 'others')])
  const shown = () => tab.attachments.value.map(({ name, state, waitsFor }) => [name, state, waitsFor])

  await expect.poll(shown).toEqual([['photo.txt', 'preparing', 'server'], ['notes.txt', 'saved', undefined]])
  expect((await intakeOf(session.value)).map(({ name }) => name)).toEqual(['photo.txt'])

  spy.mockRestore()
  window.dispatchEvent(new Event('online'))
  await adding
  expect(shown()).toEqual([['photo.txt', 'saved', undefined], ['notes.txt', 'saved', undefined]])
  expect(await intakeOf(session.value)).toEqual([])
})

test('a file that waits for a part of the app, is removed and put back, is prepared once, and at once when there is a way to the server again', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const spy = vi.spyOn(tasks, 'attach').mockRejectedValue(new MissingPartError(false))
  const adding = tab.add([text('photo.txt', 'as it was given')])
  const shown = () => tab.attachments.value.map(({ name, state, waitsFor }) => [name, state, waitsFor])
  await expect.poll(shown).toEqual([['photo.txt', 'preparing', 'server']])

  const putBack = await tab.data.removeAttachment(session.value, tab.attachments.value[0]!.id)
  await putBack!()
  const failures: string[] = []
  const takingUp = takeUp(tab, failures)
  await expect.poll(shown).toEqual([['photo.txt', 'preparing', 'server']])

  spy.mockRestore()
  const attached = vi.spyOn(tasks, 'attach')
  window.dispatchEvent(new Event('online'))
  await Promise.all([adding, takingUp])
  expect(shown()).toEqual([['photo.txt', 'saved', undefined]])
  expect(attached).toHaveBeenCalledTimes(1)
  expect([...failures, ...tab.told()]).toEqual([])
  expect(await intakeOf(session.value)).toEqual([])
  attached.mockRestore()
})

test('a try that began before a file was removed and put back does not take it out of sight when it ends', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const ends: ((outcome: Promise<undefined>) => void)[] = []
  const spy = vi.spyOn(tasks, 'attach').mockImplementation(() => new Promise(resolve => ends.push(resolve)))
  const adding = tab.add([text('photo.txt', 'as it was given')])
  await expect.poll(() => ends.length).toBe(1)

  const putBack = await tab.data.removeAttachment(session.value, tab.attachments.value[0]!.id)
  await putBack!()
  const takingUp = takeUp(tab)
  await expect.poll(() => ends.length).toBe(2)

  ends[0]!(Promise.resolve(undefined)) // it was removed
  await adding
  expect(tab.names()).toEqual(['photo.txt'])
  ends[1]!(Promise.reject(new MissingPartError(false)))
  await expect.poll(() => tab.attachments.value.map(({ waitsFor }) => waitsFor)).toEqual(['server'])
  spy.mockRestore()
  window.dispatchEvent(new Event('online'))
  await takingUp
  expect(tab.attachments.value.map(({ name, state }) => [name, state])).toEqual([['photo.txt', 'saved']])
})

test.each([['the server is away', false, 'server'], ['the app on the server is newer', true, 'other-tab']] as const)('another tab says, too, what a file waits for: %s', async (_, gone, reason) => {
  const session = newSession()
  const tab = await openTab(session)
  const other = await openTab(session)
  const spy = vi.spyOn(tasks, 'attach').mockRejectedValue(new MissingPartError(gone))
  const adding = tab.add([text('photo.txt', 'as it was given')])
  const shown = () => other.attachments.value.map(({ name, state, waitsFor }) => [name, state, waitsFor])

  await expect.poll(shown).toEqual([['photo.txt', 'preparing', reason]])

  spy.mockRestore()
  window.dispatchEvent(new Event('online'))
  await adding
  await expect.poll(shown).toEqual([['photo.txt', 'saved', undefined]])
})
