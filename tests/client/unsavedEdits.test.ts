import { beforeEach, expect, test, vi } from 'vitest'
import type { Operation } from '../../src/shared/files/edits.ts'
import { forgetEdit, keepEdit, recallEdit } from '../../src/client/composables/preview/editor/unsavedEdits.ts'
import { deleteDraftMedia, getDraftMediasBySession, replaceDraftMedia } from '../../src/client/utils/storage/draftStorage.ts'
import { getUnsaved, keepUnsaved } from '../../src/client/utils/storage/edits/unsavedStorage.ts'
import { getDraftThumbnails, getDraftThumbnailsBySession, saveCaption } from '../../src/client/utils/storage/thumbnailStorage.ts'
import { until } from '../helpers/eventually.ts'
import { png } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

const turn: Operation = { kind: 'turn', quarters: 1 }
const crop: Operation = { kind: 'crop', area: { x: 1, y: 2, width: 3, height: 4 } }
const drawn = { done: [turn, crop], undone: [turn], told: 'drawn' } as const
const matters = () => true

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined))

/** A draft with one picture. */
async function withPicture() {
  const session = newSession()
  const tab = await openTab(session)
  await tab.add([png('card.png')])
  const [media] = await getDraftMediasBySession(session.value)
  const [thumbnail] = await getDraftThumbnails([media!.id])
  return { session, tab, id: media!.id, media: media!, thumbnail: thumbnail! }
}

function isAsked() {
  const event = new Event('beforeunload', { cancelable: true })
  window.dispatchEvent(event)
  return event.defaultPrevented
}

test('unfinished steps are on the device, and shown as such without the steps themselves', async () => {
  const { session, id } = await withPicture()
  expect(await keepUnsaved(id, [], drawn)).toBe('kept')

  expect(await getUnsaved(id, [])).toEqual(drawn)
  const { thumbnails } = await getDraftThumbnailsBySession(session.value)
  expect(thumbnails[0]?.unsaved).toEqual({ done: [], undone: [], told: 'drawn' })
  const again = await openTab(session)
  await until(() => expect(again.data.attachmentsOf(session.value)).toMatchObject([{ unsaved: 'drawn' }]))
})

test('steps outlive a caption and another size of their picture, and go where it is edited or removed', async () => {
  const { id, media, thumbnail } = await withPicture()
  await keepUnsaved(id, [], drawn)
  await saveCaption(id, 'A card')
  const edited = (edits: typeof media.edits) => replaceDraftMedia({ ...media, edits }, { ...thumbnail, edits })
  expect((await edited({ id: 'smaller', size: 'small' }))?.unsaved?.told).toBe('drawn')
  expect(await getUnsaved(id, [])).toEqual(drawn)

  expect((await edited({ id: 'turned', operations: [turn] }))?.unsaved).toBeUndefined()
  expect([await getUnsaved(id, []), await getUnsaved(id, [turn])]).toEqual([undefined, undefined])
  expect(await keepUnsaved(id, [], drawn)).toBe('changed') // as a tab that has not heard of it
  expect(await getUnsaved(id, [turn])).toBeUndefined()
  expect(await keepUnsaved(id, [turn], drawn)).toBe('kept')

  await deleteDraftMedia(id)
  expect(await keepUnsaved(id, [turn], drawn)).toBe('gone')
  expect(await getUnsaved(id, [turn])).toBeUndefined()
})

test('of many steps in one moment, and of two tabs, the last ones stay', async () => {
  const { id } = await withPicture()
  for (let i = 1; i <= 20; i++)
    keepEdit(id, { saved: [], edit: { done: Array.from({ length: i }, () => turn), undone: [], told: 'drawn' }, matters })
  expect((await recallEdit(id, []))?.done).toHaveLength(20)
  await until(() => expect(isAsked()).toBe(false))
  expect((await getUnsaved(id, []))?.done).toHaveLength(20)

  await keepUnsaved(id, [], drawn) // by another tab
  expect(await recallEdit(id, [])).toEqual(drawn)
})

test('what finds no room is kept in this tab, which asks before it goes as long as somebody would miss it', async () => {
  const { id } = await withPicture()
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  let isMissed = true
  keepEdit(id, { saved: [], edit: drawn, matters: () => isMissed })
  await until(() => expect(console.warn).toHaveBeenCalled())
  expect(isAsked()).toBe(true)
  expect(await recallEdit(id, [])).toEqual(drawn)
  expect(await recallEdit(id, [crop])).toBeUndefined()
  isMissed = false
  expect(isAsked()).toBe(false)

  put.mockRestore()
  isMissed = true
  keepEdit(id, { saved: [], edit: drawn, matters: () => isMissed })
  await until(() => expect(isAsked()).toBe(false))
  expect(await getUnsaved(id, [])).toEqual(drawn)
})

test('steps without end are not put on the device', async () => {
  const { id } = await withPicture()
  const points = Array.from({ length: 300_000 }, (_, i) => ({ x: i, y: 1000 + i / 10 }))
  keepEdit(id, { saved: [], edit: { done: [{ kind: 'pen', points, line: 4, colour: 'red' }], undone: [] }, matters })
  await until(() => expect(console.warn).toHaveBeenCalled())
  expect(await getUnsaved(id, [])).toBeUndefined()
  forgetEdit(id)
})
