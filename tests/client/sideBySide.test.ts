import { expect, test, vi } from 'vitest'
import { useUnsentStore } from '../../src/client/stores/unsent.ts'
import { saveDraftMedia } from '../../src/client/utils/storage/draftStorage.ts'
import { getDraftMessage } from '../helpers/draftRecords.ts'
import { eventually } from '../helpers/eventually.ts'
import { png, text as textFile } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

/** Work that waits until the test says so. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => { open = resolve })
  return { opened, open: () => open() }
}

test.each(['removeDraft', 'clearAttachmentsForSession'] as const)('a file that is dropped while the draft is being discarded is the next draft, in sight and on the device: %s', async (how) => {
  const session = newSession()
  const { data, add, names } = await openTab(session)
  await add([png('old.png')])
  const slow = textFile('new.txt')
  const read = slow.arrayBuffer.bind(slow)
  const { opened, open } = gate()
  slow.arrayBuffer = () => opened.then(read)

  const discarding = data[how](session.value, true)
  const adding = add([slow])
  await discarding
  expect(names()).toEqual(['new.txt'])
  open()
  await adding

  await data.reload(session.value)
  expect(names()).toEqual(['new.txt'])
  expect((await getDraftMessage(session.value))!.mediaIds).toHaveLength(1)
})

test('a reading of the device that waits for thumbnails takes no newer file out of sight', async () => {
  const session = newSession()
  const { data, add, names } = await openTab(session)
  const { opened, open } = gate()
  const decode = globalThis.createImageBitmap
  const decoding = vi.spyOn(globalThis, 'createImageBitmap').mockImplementation(async (...args: unknown[]) => {
    await opened
    return decode(...args as [ImageBitmapSource])
  })
  const picture = await png('of an older version.png').arrayBuffer()
  await saveDraftMedia({ id: crypto.randomUUID(), sessionId: session.value, name: 'old.png', type: 'image', mimeType: 'image/png', base64: Buffer.from(picture).toString('base64'), createdAt: 1 })

  const reading = data.reload(session.value)
  await eventually(() => decoding.mock.calls.length).toBe(1)
  await add([textFile('newer.txt')])
  open()
  await reading

  expect(names().sort()).toEqual(['newer.txt', 'old.png'])
})

test('an import whose end cannot be shown is over all the same', async () => {
  const session = newSession()
  const { drafts } = await openTab(session)
  const unsent = useUnsentStore()
  const file = await (async () => {
    drafts.setText(session.value, 'to be exported')
    await drafts.whenSaved(session.value)
    return (await unsent.exportAll()).file
  })()
  vi.spyOn(drafts, 'readSessions').mockRejectedValue(new Error('no storage'))
  vi.spyOn(drafts, 'restored').mockRejectedValue(new Error('no storage'))
  drafts.setText(session.value, 'something else')

  await unsent.importFile(new File([file], 'drafts.json'), () => undefined).catch(() => undefined)

  expect(unsent.importing).toBeUndefined()
})
