import { effectScope, toValue, type MaybeRefOrGetter } from 'vue'
import { expect, onTestFinished, test, vi } from 'vitest'
import { useKeptRefusals } from '../../src/client/composables/drafts/useKeptRefusals.ts'
import { useDiscard } from '../../src/client/composables/drafts/useDiscard.ts'
import { useAttaching } from '../../src/client/composables/composer/useAttaching.ts'
import { useNoticesStore } from '../../src/client/stores/notices.ts'
import { saveDraftMedia } from '../../src/client/utils/storage/draftStorage.ts'
import { deleteDraft, moveDraft, restoreDraft } from '../../src/client/utils/storage/forgetting/forgettingStorage.ts'
import { getIntake, takeIn } from '../../src/client/utils/storage/intake/intakeStorage.ts'
import { forgetRefusals, getRefusals, keepRefusal } from '../../src/client/utils/storage/intake/refusalStorage.ts'
import { moveToOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { getDraftText, saveDraftText } from '../../src/client/utils/storage/textStorage.ts'
import { until } from '../helpers/eventually.ts'
import { png, zip } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

/** As a page is when it has nothing else to do. */
async function openCaring(session: MaybeRefOrGetter<string>) {
  const tab = await openTab(session)
  const scope = effectScope()
  onTestFinished(() => scope.stop())
  scope.run(useKeptRefusals)
  const notices = useNoticesStore(tab.pinia)
  const id = toValue(session)
  return { ...tab, notices, discard: useDiscard().discardDraft, follow: useAttaching().follow, dismissAll: () => notices.noticesOf(id).forEach(notice => notices.dismiss(id, notice.id)) }
}

const keptIn = async (sessionId: string) => (await getRefusals(sessionId)).map(({ name }) => name)

test('what was said of a file that was not taken is there again in the next tab, until it is dismissed', async () => {
  const session = newSession()
  const first = await openCaring(session)
  await first.add([zip('virus.zip'), png('good.png')])
  const said = first.told()
  expect(said).toEqual([expect.stringContaining('virus.zip')])
  await until(async () => expect(await keptIn(session.value)).toEqual(['virus.zip']))
  first.close()

  const second = await openCaring(session)
  await until(() => expect(second.told()).toEqual(said))
  second.dismissAll()
  await until(async () => expect(await keptIn(session.value)).toEqual([]))
  second.close()

  const third = await openCaring(session)
  await third.data.reload(session.value)
  await until(() => expect(third.names()).toEqual(['good.png']))
  expect(third.told()).toEqual([])
})

test('two tabs say it once each, and dismissing it in one of them dismisses it in the other', async () => {
  const session = newSession()
  const [one, two] = [await openCaring(session), await openCaring(session)]

  await one.add([zip('virus.zip')])
  await until(() => expect([one, two].map(tab => tab.told().length)).toEqual([1, 1]))

  two.dismissAll()
  await until(() => expect([one, two].map(tab => tab.told().length)).toEqual([0, 0]))
  expect(await keptIn(session.value)).toEqual([])
})

test('a file that an earlier page was given, and that is refused now, is told of where it was given', async () => {
  const session = newSession()
  const file = zip('late.zip')
  await takeIn([{ id: 'late', sessionId: session.value, name: file.name, file, mediaType: file.type, before: [], createdAt: 1 }])
  const elsewhere = await openCaring(newSession())
  await elsewhere.data.takeUp((...found) => void elsewhere.follow(...found))
  await until(async () => expect(await keptIn(session.value)).toEqual(['late.zip']))
  expect(await getIntake()).toEqual([])
  elsewhere.close()

  const next = await openCaring(session)
  await until(() => expect(next.told()).toEqual([expect.stringContaining('late.zip')]))
})

test('the file goes and its sentence is kept in one step: where the device cannot keep it, the file stays', async () => {
  const { value: sessionId } = newSession()
  const file = zip('late.zip')
  await takeIn([{ id: 'one-step', sessionId, name: file.name, file, mediaType: file.type, before: [], createdAt: 1 }])
  const real = IDBObjectStore.prototype.put
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: unknown, key?: IDBValidKey) {
    if (this.name === 'draftMessages')
      throw new DOMException('no room', 'QuotaExceededError')
    return real.call(this, value, key)
  })

  await expect(keepRefusal('one-step', sessionId, { name: 'late.zip', text: 'late.zip cannot be attached.' })).rejects.toThrow('no room')

  put.mockRestore()
  expect((await getIntake()).map(({ id }) => id)).toEqual(['one-step'])
  await keepRefusal('one-step', sessionId, { name: 'late.zip', text: 'late.zip cannot be attached.' })
  expect(await getIntake()).toEqual([])
})

test('it goes with its draft: sent it is over, discarded it comes back with it, moved it is the other session\'s', async () => {
  const { value: sessionId } = newSession()
  await saveDraftText(sessionId, 'words', { tab: 'one' })
  await keepRefusal('a', sessionId, { name: 'a.zip', text: 'a.zip is no file for us.' })

  const forgotten = await deleteDraft(sessionId)
  expect(await keptIn(sessionId)).toEqual([])
  await keepRefusal('b', sessionId, { name: 'b.zip', text: 'b.zip is no file for us.' })
  await restoreDraft(sessionId, forgotten)
  expect(await keptIn(sessionId)).toEqual(['a.zip', 'b.zip'])

  const other = newSession().value
  await moveDraft(sessionId, other)
  expect([await keptIn(sessionId), await keptIn(other)]).toEqual([[], ['a.zip', 'b.zip']])

  const text = await getDraftText(other)
  expect(text.message).toBe('words')
  // Something is left of the draft: what was attached elsewhere meanwhile.
  await saveDraftMedia({ id: 'left', sessionId: other, name: 'left.png', type: 'image', mimeType: 'image/png', base64: '', createdAt: 1 })
  await moveToOutbox({ id: 'sent', sessionId: other, projectId: 'p', text: 'words', mediaIds: [], createdAt: 1 }, { revision: text.revision, tabOnly: [] })
  expect(await keptIn(other)).toEqual([])
})

test('of thousands of refused files with endless names the device keeps the newest, and little of each', async () => {
  const { value: sessionId } = newSession()
  for (let i = 0; i < 60; i++)
    await keepRefusal(`${i}`, sessionId, { name: `${i}${'x'.repeat(5000)}`, text: `${i}${'x'.repeat(5000)}` })

  const kept = await getRefusals(sessionId)

  expect(kept.map(({ text }) => parseInt(text))).toEqual(Array.from({ length: 50 }, (_, i) => i + 10))
  expect(Math.max(...kept.map(({ name, text }) => name.length + text.length))).toBeLessThan(1500)
})

test('more refusals than are kept are all told by the tab that was given the files', async () => {
  const session = newSession()
  const tab = await openCaring(session)
  await tab.add(Array.from({ length: 60 }, (_, i) => zip(`${i}.zip`)))
  await until(() => expect(tab.drafts.messages.get(session.value)?.refused).toHaveLength(50))
  expect(tab.told()).toHaveLength(60)

  tab.dismissAll()
  await until(async () => expect(await keptIn(session.value)).toEqual([]))
  expect(tab.told()).toEqual([])
})

test('a session in which only a refusal is left is found among the drafts, until that is dismissed', async () => {
  const { value: sessionId } = newSession()
  await keepRefusal('a', sessionId, { name: 'a.zip', text: 'a.zip is no file for us.' })

  const tab = await openTab(newSession())
  expect(tab.sessions.hasDraft(sessionId)).toBe(true)
  tab.close()

  expect(await forgetRefusals(sessionId, ['a.zip is no file for us.'])).toBe(true)
  expect((await openTab(newSession())).sessions.hasDraft(sessionId)).toBe(false)
})

test('a discarded draft is told of no more, and again when it is put back', async () => {
  const session = newSession()
  const tab = await openCaring(session)
  await tab.add([zip('virus.zip')])
  await until(async () => expect(await keptIn(session.value)).toEqual(['virus.zip']))

  await tab.discard(session.value)
  expect(tab.told()).toEqual([])
  expect(await keptIn(session.value)).toEqual([])
  await tab.undo.take([...tab.undo.offers.keys()].at(-1)!)

  await until(() => expect(tab.told()).toEqual([expect.stringContaining('virus.zip')]))
  expect(await keptIn(session.value)).toEqual(['virus.zip'])
})
