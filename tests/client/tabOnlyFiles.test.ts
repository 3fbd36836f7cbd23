import { expect, onTestFinished, test, vi } from 'vitest'
import { effectScope } from 'vue'
import { useTabOnlyFiles } from '../../src/client/composables/drafts/useTabOnlyFiles.ts'
import type { DraftMedia } from '../../src/client/utils/files/fileUtils.ts'
import { getDraftMedias } from '../../src/client/utils/storage/draftStorage.ts'
import { getDraftMessage } from '../helpers/draftRecords.ts'
import { eventually } from '../helpers/eventually.ts'
import { png } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

/** A device that has no room for what is called `large.png` until there is some. */
function fillDevice() {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const device = { isFull: true, tries: 0 }
  const put = IDBObjectStore.prototype.put
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: Partial<DraftMedia>, key?: IDBValidKey) {
    const isLarge = this.name === 'draftMedias' && value.name === 'large.png'
    device.tries += Number(isLarge)
    if (isLarge && device.isFull)
      throw new DOMException('full', 'QuotaExceededError')
    return put.call(this, value, key)
  })
  return device
}

/** A draft whose second file of three is in this tab only, and is looked after from now on. */
async function openDraft() {
  const device = fillDevice()
  const session = newSession()
  const tab = await openTab(session)
  await tab.add([png('one.png', 1), png('large.png', 2), png('three.png', 3)])
  expect(tab.attachments.value.map(({ state }) => state)).toEqual(['saved', 'tab-only', 'saved'])
  const ids = tab.attachments.value.map(({ id }) => id)
  const scope = effectScope()
  onTestFinished(() => scope.stop())
  return {
    ...tab, device, session, ids,
    lookAfter: () => scope.run(useTabOnlyFiles),
    states: () => tab.attachments.value.map(({ name, state }) => [name, state]),
    stored: async () => (await getDraftMedias(ids)).map(({ name }) => name),
  }
}

const holdTime = () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => { vi.useRealTimers() })
}

test('a file that found no room is on the device once there is some, by itself and in its place', async () => {
  const { device, lookAfter, states, stored, session, ids } = await openDraft()
  lookAfter()

  device.isFull = false

  await eventually(states).toEqual([['one.png', 'saved'], ['large.png', 'saved'], ['three.png', 'saved']])
  expect(await stored()).toEqual(['one.png', 'large.png', 'three.png'])
  expect((await getDraftMessage(session.value))?.mediaIds).toEqual(ids)
})

test('where there is no room for long it is tried less and less often', async () => {
  const { device, lookAfter } = await openDraft()
  const before = device.tries
  holdTime()
  lookAfter()

  const triesIn = async (seconds: number) => {
    const begun = device.tries
    for (let second = 0; second < seconds; second++) {
      await vi.advanceTimersByTimeAsync(1000)
      await new Promise(resolve => setImmediate(() => setImmediate(() => setImmediate(resolve))))
    }
    return device.tries - begun
  }
  expect(await triesIn(20)).toBeGreaterThanOrEqual(3)
  expect(await triesIn(300)).toBeLessThanOrEqual(8)
  expect(before).toBeGreaterThan(0)
})

test('it is tried at once when another file is removed', async () => {
  const { device, lookAfter, states, attachments, remove } = await openDraft()
  holdTime()
  lookAfter()
  device.isFull = false

  await remove(attachments.value[2]!)
  await eventually(async () => {
    await vi.advanceTimersByTimeAsync(1)
    return states()
  }).toEqual([['one.png', 'saved'], ['large.png', 'saved']])
})

test('a file that is removed while it is tried again is not on the device afterwards', async () => {
  const { device, lookAfter, states, attachments, remove, data, session, stored } = await openDraft()
  lookAfter()
  device.isFull = false

  await Promise.all([data.saveTabOnly(session.value), remove(attachments.value[1]!)])

  await eventually(states).toEqual([['one.png', 'saved'], ['three.png', 'saved']])
  await eventually(stored).toEqual(['one.png', 'three.png'])
  expect((await getDraftMessage(session.value))?.mediaIds).toHaveLength(2)
})

test('what is sent while it is tried again is not in the next draft', async () => {
  const { device, lookAfter, names, data, session, outbox } = await openDraft()
  lookAfter()
  device.isFull = false

  await Promise.all([data.saveTabOnly(session.value), outbox.enqueue(session.value)])

  expect(names()).toEqual([])
  expect((await getDraftMessage(session.value))?.mediaIds ?? []).toEqual([])
  expect(outbox.messages[0]?.mediaIds).toHaveLength(3)
})
