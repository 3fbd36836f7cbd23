import { IDBFactory } from 'fake-indexeddb'
import { expect, test } from 'vitest'
import { closeDraftStorage } from '../../src/client/utils/storage/draftDatabase.ts'
import { useNoticesStore } from '../../src/client/stores/notices.ts'
import { useUnsentStore } from '../../src/client/stores/unsent.ts'
import { attachmentRemarks } from '../../src/client/utils/attachments/attachmentText.ts'
import { budgetLine, messageBudget } from '../../src/client/utils/limits/budget.ts'
import { getDraftMediasBySession } from '../../src/client/utils/storage/draftStorage.ts'
import { LIMITS } from '../../src/shared/attachments.ts'
import type { AttachmentView } from '../../src/shared/attachmentView.ts'
import { SendMessage } from '../../src/shared/protocol/frames.ts'
import { file, pdf, png, text, zip } from '../helpers/files.ts'
import { pngBytes } from '../helpers/images.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

const MB = 1024 * 1024
const head = { message_id: 'm1', session_id: 's1', project_id: 'default', text: 'look' }

const offers = (session: string) => useNoticesStore().noticesOf(session).flatMap(({ action }) => action ?? [])

/** Attaches it although it was refused. */
async function putIntoFolder(tab: Awaited<ReturnType<typeof openTab>>, session: string, given: File) {
  await tab.add([given])
  const count = tab.names().length
  offers(session).find(({ label }) => label === `Put ${given.name} into the agent's folder`)!.run()
  await expect.poll(() => tab.attachments.value.length === count + 1 && !tab.preparing.value).toBe(true)
}

test('a file that cannot be shown to Claude is refused, and can be put into the agent’s folder all the same, where it survives a reload', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.add([png('before.png')])

  await putIntoFolder(tab, session.value, zip('tools.zip'))
  await tab.add([png('after.png')])

  expect(tab.told()).toContain('tools.zip: Claude cannot see into this; it lies in its folder.')
  const again = await openTab(session)
  expect(again.names()).toEqual(['before.png', 'tools.zip', 'after.png'])
  expect(again.attachments.value[1]).toMatchObject({ kind: 'file', mimeType: 'application/zip', size: 8, state: 'saved' })
  expect((await getDraftMediasBySession(session.value))[1]).toMatchObject({ type: 'file', name: 'tools.zip', mimeType: 'application/zip', base64: 'UEsDBAAAAAA=' })
  expect(new Uint8Array(await (await again.open(again.attachments.value[1]!.id)).arrayBuffer())).toEqual(Uint8Array.of(0x50, 0x4B, 3, 4, 0, 0, 0, 0))
})

test('what is damaged, empty, a PDF or too large for the folder is refused for good', async () => {
  const session = newSession()
  const tab = await openTab(session)

  await tab.add([
    file('cut.png', pngBytes().slice(0, 20)), file('broken.pdf', new TextEncoder().encode('%PDF-1.4 nothing')), file('empty.zip', new Uint8Array()),
    file('page.png', new TextEncoder().encode('<html>')), file('huge.pdf', new TextEncoder().encode('%PDF-1.4'.padEnd(LIMITS.fileBytes + 1))),
    file('film.mp4', new Uint8Array(LIMITS.workspaceFileBytes + 1)),
  ])

  expect(tab.told()).toHaveLength(6)
  expect(offers(session.value)).toEqual([])
})

test('what is only too large or no text after all may lie in the folder, and the reason says which it is', async () => {
  const session = newSession()
  const tab = await openTab(session)

  await tab.add([
    file('film.mp4', new Uint8Array(6 * MB).fill(1).fill(0, 0, 9)), file('server.log', new Uint8Array(6 * MB).fill(65), 'text/x-log'), file('nul.txt', Uint8Array.of(65, 0, 66)),
  ])

  expect(tab.told().sort()).toEqual([
    expect.stringMatching(/^film\.mp4 cannot be attached: only images, PDFs and text files can/),
    expect.stringMatching(/^nul\.txt is not text/),
    expect.stringMatching(/^server\.log has 6 MB; the limit is 5 MB/),
  ])
  expect(offers(session.value).map(({ label }) => label).sort()).toEqual(['film.mp4', 'nul.txt', 'server.log'].map(name => `Put ${name} into the agent's folder`))
})

test('in the message it is a file beside the blocks, in its place, with its own bytes', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await putIntoFolder(tab, session.value, zip('tools.zip'))
  await tab.add([text('notes.txt', 'hello'), pdf('report.pdf'), png('shot.png')])
  await putIntoFolder(tab, session.value, file('other.bin', Uint8Array.of(0, 1, 2)))

  const { frame, workspace } = await tab.data.getFrame(head, tab.attachments.value.map(({ id }) => id))
  const sent = SendMessage.parse(JSON.parse(await frame.text()))

  expect(sent.media.map(({ kind, index, name }) => `${kind} ${index} ${name}`)).toEqual(['file 0 tools.zip', 'document 0 notes.txt', 'document 1 report.pdf', 'image 0 shot.png', 'file 1 other.bin'])
  expect(sent.files).toEqual([
    { name: 'tools.zip', source: { type: 'base64', media_type: 'application/zip', data: 'UEsDBAAAAAA=' } },
    { name: 'other.bin', source: { type: 'base64', media_type: 'application/octet-stream', data: 'AAEC' } },
  ])
  expect(workspace).toBe('UEsDBAAAAAA=AAEC'.length)
})

test('such files travel to another device with their drafts, byte for byte and as what they are', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.local.add(session.value)
  await putIntoFolder(tab, session.value, file('tools.zip', Uint8Array.of(0x50, 0x4B, 3, 4, 0), 'application/zip'))
  const before = (await getDraftMediasBySession(session.value)).map(({ name, type, mimeType, base64 }) => ({ name, type, mimeType, base64 }))
  const exported = new File([(await useUnsentStore().exportAll()).file], 'drafts.json')

  tab.close()
  await closeDraftStorage()
  globalThis.indexedDB = new IDBFactory()
  localStorage.clear()
  await openTab(session)
  const problems: string[][] = []
  await useUnsentStore().importFile(exported, report => void problems.push(report.problems))

  expect(problems.at(-1)).toEqual([])
  expect((await getDraftMediasBySession(session.value)).map(({ name, type, mimeType, base64 }) => ({ name, type, mimeType, base64 }))).toEqual(before)
})

test('it comes back in its place when its removal is undone, and the same one twice is noticed', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await putIntoFolder(tab, session.value, zip('tools.zip'))
  await tab.add([png('shot.png')])

  await tab.remove(tab.attachments.value[0]!)
  expect(tab.names()).toEqual(['shot.png'])
  await tab.undo.take([...tab.undo.offers.keys()][0]!)
  await expect.poll(tab.names).toEqual(['tools.zip', 'shot.png'])

  await tab.add([zip('tools.zip')])
  offers(session.value)[0]!.run()
  await expect.poll(tab.told).toContain('tools.zip is already attached.')
})

test('the message’s 30 MB are for what Claude sees; the frame has room for the rest, and says when it has not', () => {
  const view = (name: string, kind: AttachmentView['kind'], size: number): AttachmentView => ({ id: name, name, kind, mimeType: 'application/zip', size, state: 'saved' })

  const fits = messageBudget('', [view('a.zip', 'file', 20 * MB), view('b.txt', 'txt', 5 * MB)])
  expect(fits).toMatchObject({ media: 0, folderBytes: 20 * MB, problems: [] })
  expect(fits.bytes).toBeLessThan(6 * MB)
  expect(budgetLine(fits)).toContain('5 MB of 30 MB · 20 MB for the agent\'s folder · ')

  const over = messageBudget('', [view('a.zip', 'file', 20 * MB), view('b.zip', 'file', 24 * MB), view('c.txt', 'txt', 5 * MB)])
  expect(over.problems).toMatchObject([{ text: expect.stringMatching(/64 MB as it travels; 48 MB are possible\. Leave out b\.zip/), remove: [{ name: 'b.zip' }] }])
  expect(attachmentRemarks(view('a.zip', 'file', 1))).toEqual(['Claude cannot see into this; it lies in its folder.'])
})
