import { IDBFactory } from 'fake-indexeddb'
import { expect, test, vi } from 'vitest'
import { useChoicesStore } from '../../src/client/stores/choices/choices.ts'
import { getChoice, saveChoice } from '../../src/client/utils/storage/choices/choiceStorage.ts'
import { closeDraftStorage } from '../../src/client/utils/storage/draftDatabase.ts'
import { useUnsentStore } from '../../src/client/stores/unsent.ts'
import { getDraftMedias, getDraftMediasBySession } from '../../src/client/utils/storage/draftStorage.ts'
import { getOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { getAllDrafts } from '../../src/client/utils/storage/textStorage.ts'
import { LIMITS } from '../../src/shared/attachments.ts'
import { base64ToBytes } from '../../src/shared/base64.ts'
import { getDraftMessage } from '../helpers/draftRecords.ts'
import { file, pdf, png, text } from '../helpers/files.ts'
import { legacyBytes } from '../helpers/legacyText.ts'
import { closeTabs, newSession, openTab } from '../helpers/openTab.ts'

const HEAD = '{"format":"satchel-drafts","version":1,"exportedAt":"2026-11-21T12:00:00.000Z","entries":['
const TAIL = ']}'
const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')

/** A file as somebody could have written it. */
const handMade = (...entries: unknown[]) => fileOf([HEAD, ...entries.map((entry, i) => JSON.stringify(entry) + (i < entries.length - 1 ? ',' : '')), TAIL].join('\n'))
const fileOf = (content: string | Blob, name = 'drafts.json') => new File([content], name)

const draft = (more: object = {}) => ({ kind: 'draft', sessionId: 's1', projectId: 'default', text: 'from afar', files: 0, ...more })
const message = (more: object = {}) => ({ kind: 'message', id: 'm1', createdAt: 1_700_000_000_000, sessionId: 's1', projectId: 'default', text: 'sent from afar', files: 0, ...more })
const fileEntry = async (file: File) => ({ kind: 'file', name: file.name, base64: base64(new Uint8Array(await file.arrayBuffer())) })

/** Nothing of the other device is here. */
async function onAnotherDevice() {
  closeTabs()
  await closeDraftStorage()
  globalThis.indexedDB = new IDBFactory()
  localStorage.clear()
}

async function importInto(tab: Awaited<ReturnType<typeof openTab>>, file: File) {
  const unsent = useUnsentStore()
  const reports: Parameters<Parameters<typeof unsent.importFile>[1]>[0][] = []
  await unsent.importFile(file, report => void reports.push(report))
  return { ...reports.at(-1)!, steps: reports.length, tab }
}

const exported = async () => fileOf((await useUnsentStore().exportAll()).file)

const bytesOf = async (sessionId: string) => (await getDraftMediasBySession(sessionId)).map(media =>
  [media.name, media.mimeType, media.type === 'txt' ? media.base64 : base64(base64ToBytes(media.base64))])

/** Everything that is stored of drafts and messages. */
const snapshot = async () => ({ ...await getAllDrafts(), outbox: await getOutbox() })

test('a text is read on another device as the person has chosen, and can be read in another way there', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.local.add(session.value)
  await tab.add([file('menu.txt', legacyBytes('café', 'windows-1252'))])
  await tab.readAs(tab.attachments.value[0]!, 'windows-1251')
  const taken = await exported()

  await onAnotherDevice()
  await importInto(await openTab(session), taken)

  const [media] = await getDraftMediasBySession(session.value)
  expect(media).toMatchObject({ base64: 'cafй', reading: { encoding: 'windows-1251', certain: true, bytes: legacyBytes('café', 'windows-1252') } })
})

test('drafts and waiting messages come back on another device byte for byte and in order', async () => {
  const [one, two] = [newSession(), newSession()]
  const tab = await openTab(one)
  await tab.local.add(one.value)
  await tab.local.rename(one.value, 'Réports 👋')
  tab.text.value = 'Zeile eins\n"zwei" \u2028 𝄞'
  await tab.add([png('zebra.png'), text('notes.txt', 'Grüße, 你好 👋\n\tand more'), pdf('report.pdf'), png('apple.png')])
  await tab.drafts.whenSaved(one.value)
  const other = await openTab(two)
  other.text.value = 'on its way'
  await other.add([pdf('sent.pdf'), png('sent.png')])
  await other.outbox.enqueue(two.value)
  other.text.value = 'the next one'
  await other.drafts.whenSaved(two.value)
  const [before, sent] = [await bytesOf(one.value), (await getOutbox())[0]!]
  const sentMedias = await getDraftMedias(sent.mediaIds)

  const file = await exported()
  await onAnotherDevice()
  const { drafts, messages, files, problems, tab: there } = await importInto(await openTab(one), file)

  expect({ drafts: [...drafts].sort(), messages, files, problems }).toEqual({ drafts: [one.value, two.value].sort(), messages: 1, files: 6, problems: [] })
  expect(there.text.value).toBe('Zeile eins\n"zwei" \u2028 𝄞')
  expect(there.names()).toEqual(['zebra.png', 'notes.txt', 'report.pdf', 'apple.png'])
  expect(await bytesOf(one.value)).toEqual(before)
  expect(there.sessions.titleOf(one.value)).toBe('Réports 👋')
  expect(await getDraftMessage(two.value)).toMatchObject({ message: 'the next one' })
  const [imported] = await getOutbox()
  expect(imported).toMatchObject({ id: sent.id, sessionId: two.value, text: 'on its way', createdAt: sent.createdAt })
  expect((await getDraftMedias(imported!.mediaIds)).map(({ name, base64 }) => [name, base64])).toEqual(sentMedias.map(({ name, base64 }) => [name, base64]))
  expect(there.outbox.attachmentsOf(sent.id).map(({ name }) => name)).toEqual(['sent.pdf', 'sent.png'])
})

test('whom a person chose to answer a draft or a waiting message goes to the other device, and never replaces a choice made there', async () => {
  const [one, two] = [newSession(), newSession()]
  const tab = await openTab(one)
  tab.text.value = 'for a small model'
  await tab.drafts.whenSaved(one.value)
  await saveChoice(one.value, { model: 'small', effort: 'low' })
  const other = await openTab(two)
  other.text.value = 'on its way'
  await useChoicesStore().choose(two.value, { model: 'large', effort: null })
  await other.outbox.enqueue(two.value)
  const file = await exported()

  await onAnotherDevice()
  await saveChoice('elsewhere', { model: 'mine' })
  await importInto(await openTab(one), file)

  expect(await getChoice(one.value)).toEqual({ model: 'small', effort: 'low' })
  expect(await getOutbox()).toMatchObject([{ choice: { model: 'large', effort: null } }])

  await saveChoice(one.value, { model: 'mine' })
  await importInto(await openTab(one), file)
  expect(await getChoice(one.value)).toEqual({ model: 'mine' })

  await importInto(await openTab('s1'), handMade(draft({ choice: { model: 7 } })))
  expect(await getChoice('s1')).toBeUndefined()
})

test('an imported message is held back until the person says so', async () => {
  const { tab } = await importInto(await openTab('s1'), handMade(message()))

  expect(tab.outbox.messages).toMatchObject([{ id: 'm1', problem: 'It was imported and is sent when you say so.' }])
  expect(tab.outbox.waiting).toEqual([])
  await tab.outbox.setProblem('m1', undefined)
  expect(tab.outbox.next('s1')).toMatchObject({ id: 'm1', text: 'sent from afar' })
})

test('the same file a second time changes nothing, nor does it where it comes from', async () => {
  const session = newSession()
  const tab = await openTab(session)
  tab.text.value = 'mine'
  await tab.add([png('one.png'), text('two.txt')])
  await tab.drafts.whenSaved(session.value)
  const file = await exported()
  const origin = await snapshot()
  expect(await importInto(await openTab(session), file)).toMatchObject({ drafts: [], messages: 0, files: 0, problems: [] })
  expect(await snapshot()).toEqual(origin)

  await onAnotherDevice()
  await importInto(await openTab(session), file)
  const once = await snapshot()
  expect(await importInto(await openTab(session), file)).toMatchObject({ drafts: [], messages: 0, files: 0, problems: [] })

  expect(await snapshot()).toEqual(once)
})

test('a draft that is here already is joined, not overwritten, and the same bytes are not doubled', async () => {
  const session = newSession()
  const tab = await openTab(session)
  tab.text.value = 'what I wrote here'
  await tab.add([png('mine.png', 1), png('both.png', 2)])
  const file = handMade(
    draft({ sessionId: session.value, text: 'what I wrote there', files: 2 }),
    await fileEntry(png('both, under another name.png', 2)),
    await fileEntry(png('theirs.png', 3)),
  )

  await importInto(tab, file)
  await importInto(tab, file)

  expect(tab.text.value).toBe('what I wrote here\nwhat I wrote there')
  expect(tab.names()).toEqual(['mine.png', 'both.png', 'theirs.png'])
  expect((await openTab(session)).names()).toEqual(['mine.png', 'both.png', 'theirs.png'])
})

test('what is typed at the moment of an import is not lost', async () => {
  const session = newSession()
  const tab = await openTab(session)
  tab.text.value = 'not saved yet'

  await importInto(tab, handMade(draft({ sessionId: session.value })))

  expect(tab.text.value).toBe('not saved yet\nfrom afar')
  expect(await getDraftMessage(session.value)).toMatchObject({ message: 'not saved yet\nfrom afar' })
})

test('what is only in this tab is exported too', async () => {
  const session = newSession()
  const tab = await openTab(session)
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const full = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  await tab.add([png('only-here.png')])
  full.mockRestore()
  expect(tab.attachments.value).toMatchObject([{ state: 'tab-only' }])
  await tab.local.add(session.value)

  const file = await exported()
  await onAnotherDevice()
  await importInto(await openTab(session), file)

  expect((await openTab(session)).names()).toEqual(['only-here.png'])
})

test.each([
  ['no JSON', 'hello'],
  ['JSON of something else', '[1, 2, 3]'],
  ['another format', HEAD.replace('satchel-drafts', 'other') + '\n]}'],
  ['nothing', ''],
  ['binary', new Blob([new Uint8Array([0xFF, 0xFE, 0x00, 0xD8, 0x0A, 0xFF])])],
  ['a prototype in its place', '{"__proto__":{"format":"satchel-drafts","version":1},"entries":[\n]}'],
])('a file that is no export is refused with a sentence: %s', async (_, content) => {
  const tab = await openTab('s1')
  const before = await snapshot()

  await expect(importInto(tab, fileOf(content, 'holiday.json'))).rejects.toThrow(
    'holiday.json is not an export of drafts. Choose a file that “Export all” has made.')
  expect(await snapshot()).toEqual(before)
})

test('a file of a newer version, and one that is too large, are refused for what they are', async () => {
  const tab = await openTab('s1')
  await expect(importInto(tab, fileOf(`${HEAD.replace('"version":1', '"version":2')}\n]}`))).rejects.toThrow(/newer version of Satchel/)

  const huge = fileOf('')
  Object.defineProperty(huge, 'size', { value: LIMITS.draftsFileBytes + 1 })
  await expect(importInto(tab, huge)).rejects.toThrow(/too large: an export of drafts can have at most 2 GB/)
})

const HOSTILE: Record<string, object> = {
  'a session id that leads out of a folder': draft({ sessionId: '../../etc' }),
  'no session id': draft({ sessionId: undefined }),
  'a text that is none': draft({ text: { toString: 'x' } }),
  'more files than a message holds': draft({ files: LIMITS.attachmentsPerMessage + 1 }),
  'less than no files': draft({ files: -1 }),
  'half a file': draft({ files: 0.5 }),
  'a message without an id': message({ id: '' }),
  'a message with an id of another kind': message({ id: ['m1'] }),
  'a message of no time': message({ createdAt: 'now' }),
  'another kind': { ...draft(), kind: 'settings' },
}

test.each(Object.entries(HOSTILE))('what does not have the shape of a draft is left out, and what is good comes in: %s', async (_, entry) => {
  const { tab, problems } = await importInto(await openTab('good'), handMade(entry, draft({ sessionId: 'good', text: 'good' })))

  expect(problems).toEqual(['A part of this file is damaged and was left out.'])
  expect(tab.text.value).toBe('good')
  const { messages, sessions } = await getAllDrafts()
  expect([[...messages.keys()], [...sessions.keys()], await getOutbox()]).toEqual([['good'], ['good'], []])
})

test('each file goes through the same checks as one that is attached', async () => {
  const { tab, problems } = await importInto(await openTab('s1'), handMade(
    draft({ files: 5 }),
    { kind: 'file', name: 'program.png', base64: base64(Uint8Array.of(0x7F, 0x45, 0x4C, 0x46, 0, 0, 0)) },
    { kind: 'file', name: 'empty.txt', base64: '' },
    { kind: 'file', name: 'not base64.png', base64: '***' },
    { kind: 'file', name: 'large.txt', base64: base64('a'.repeat(LIMITS.fileBytes + 1)) },
    await fileEntry(png('good.png')),
  ))

  expect(problems).toEqual([
    'program.png cannot be attached: only images, PDFs and text files can.',
    'empty.txt is empty: there is nothing in it to attach.',
    'A file of “from afar” is damaged and was left out.',
    expect.stringMatching(/^large\.txt has 5,242,881 bytes; the limit is 5 MB/),
  ])
  expect(tab.names()).toEqual(['good.png'])
})

test('what a file claims of itself is not believed: type, size and pixels are those of its bytes', async () => {
  const file = { ...await fileEntry(png('real.png')), mimeType: 'text/html', type: 'txt', size: 1, width: 9999, id: 'chosen', sessionId: 'other', hasPosition: true }
  await importInto(await openTab('s1'), handMade(draft({ files: 1 }), file))

  const [media] = await getDraftMediasBySession('s1')
  expect(media).toMatchObject({ name: 'real.png', mimeType: 'image/png', type: 'image', width: 3, height: 2, sessionId: 's1' })
  expect(media!.id).not.toBe('chosen')
})

test('a message that is not whole becomes a draft: under its id the server would know another one', async () => {
  const { tab, problems } = await importInto(await openTab('s1'), handMade(
    message({ files: 3, title: 'Invoices' }),
    await fileEntry(png('one.png')),
    { kind: 'file', name: 'bad.png', base64: base64('no picture') },
    await fileEntry(png('two.png')),
  ))

  expect(tab.outbox.messages).toEqual([])
  expect(tab.text.value).toBe('sent from afar')
  expect(tab.names()).toEqual(['one.png', 'two.png'])
  expect(problems).toEqual([
    expect.stringMatching(/^bad\.png is not an image/),
    'A message in “Invoices” is not whole: what is good of it is a draft now.',
  ])
})

test('of a file that was cut off everything before the cut is imported, and the person is told', async () => {
  const whole = await handMade(
    draft({ sessionId: 's1', text: 'whole' }),
    draft({ sessionId: 's2', text: 'cut', title: 'Cut', files: 2 }), await fileEntry(png('one.png')), await fileEntry(png('two.png')),
  ).text()

  const { tab, problems } = await importInto(await openTab('s2'), fileOf(whole.slice(0, whole.lastIndexOf('"base64"') + 20)))

  expect((await getDraftMessage('s1'))?.message).toBe('whole')
  expect([tab.text.value, tab.names()]).toEqual(['cut', ['one.png']])
  expect(problems).toEqual([
    'A file of “Cut” is damaged and was left out.',
    'drafts.json is damaged, or was not copied whole: it ends in the middle.',
  ])
})

test('a draft takes no more files than a message holds', async () => {
  const session = newSession()
  const tab = await openTab(session)
  await tab.add(Array.from({ length: LIMITS.attachmentsPerMessage }, (_, i) => text(`${i}.txt`)))

  const { problems } = await importInto(tab, handMade(draft({ sessionId: session.value, files: 1 }), await fileEntry(text('one more.txt'))))

  expect(problems).toEqual(['one more.txt was left out: a message holds at most 100 files.'])
  expect(tab.names()).toHaveLength(LIMITS.attachmentsPerMessage)
})

test('a file full of damage is given up, and nobody has to read a thousand sentences', async () => {
  const tab = await openTab('s1')
  const some = await importInto(tab, handMade(...Array.from({ length: 50 }, () => 0)))
  expect(some.problems).toHaveLength(21)
  expect(some.problems.at(-1)).toBe('And 30 more.')

  await expect(importInto(tab, handMade(...Array.from({ length: 2000 }, () => 0)))).rejects.toThrow('too much of it is damaged')
})

test('an import that finds no more room keeps what it has, says so, and goes on when it is tried again', async () => {
  const file = handMade(draft({ files: 2 }), await fileEntry(png('one.png')), await fileEntry(png('two.png')))
  const tab = await openTab('s1')
  const put = IDBObjectStore.prototype.put
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, value: { name?: string }, key?: IDBValidKey) {
    if (this.name === 'draftMedias' && value.name === 'two.png')
      throw new DOMException('no room', 'QuotaExceededError')
    return put.call(this, value, key)
  }
  try {
    await expect(importInto(tab, file)).rejects.toThrow('no room')
  }
  finally {
    IDBObjectStore.prototype.put = put
  }
  expect([tab.text.value, tab.names()]).toEqual(['from afar', ['one.png']])

  await importInto(tab, file)

  expect([tab.text.value, tab.names()]).toEqual(['from afar', ['one.png', 'two.png']])
})

test('progress is told while it lasts, to the end of the file', async () => {
  const { steps, read, done } = await importInto(await openTab('s1'), handMade(draft(), draft({ sessionId: 's2' }), draft({ sessionId: 's3' })))

  expect(done).toBe(true)
  expect(steps).toBe(4)
  expect(read).toBe(handMade(draft(), draft({ sessionId: 's2' }), draft({ sessionId: 's3' })).size)
})
