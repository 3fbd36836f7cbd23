import { expect, test, vi } from 'vitest'
import { getDraftMedia } from '../../src/client/utils/storage/draftStorage.ts'
import { getOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { getDraftMessage } from '../helpers/draftRecords.ts'
import { eventually } from '../helpers/eventually.ts'
import { png, text as textFile } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

/** Two tabs of one browser on one session. */
async function openTwo() {
  const session = newSession()
  const [one, two] = [await openTab(session), await openTab(session)]
  return { session: session.value, one, two }
}

test('what is typed in one tab stands in the other, and goes on from there', async () => {
  const { session, one, two } = await openTwo()

  one.text.value = 'begun here'
  await eventually(() => two.text.value).toBe('begun here')
  two.text.value = 'begun here, ended there'

  await eventually(() => one.text.value).toBe('begun here, ended there')
  await eventually(() => getDraftMessage(session)).toMatchObject({ message: 'begun here, ended there' })
  expect([one, two].map(tab => tab.drafts.conflictingTextOf(session))).toEqual([undefined, undefined])
})

test('files attached in one tab stand in the other, in the same order, and go from both', async () => {
  const { one, two } = await openTwo()

  await one.add([png('one.png'), textFile('two.txt')])
  await eventually(two.names).toEqual(['one.png', 'two.txt'])
  await two.add([png('three.png', 3)])
  await eventually(one.names).toEqual(['one.png', 'two.txt', 'three.png'])
  await one.remove(one.attachments.value[0]!)

  await eventually(two.names).toEqual(['two.txt', 'three.png'])
  await two.add([png('one.png')]) // the same bytes: they are no longer there
  await eventually(one.names).toEqual(['two.txt', 'three.png', 'one.png'])
  expect([...one.told(), ...two.told()]).toEqual([])
})

/** Typed at the same moment: neither tab has heard of the other. */
function typeApart({ one, two }: Awaited<ReturnType<typeof openTwo>>) {
  one.text.value = 'mine'
  two.text.value = 'theirs'
  one.drafts.flush()
  two.drafts.flush()
}

test.each([
  ['mine', 'theirs', 'theirs'],
  ['theirs', 'mine', 'mine'],
  ['both', 'theirs\n\nmine', 'theirs\n\nmine'],
] as const)('conflicting texts are both kept until a person decides: %s', async (_, decision, result) => {
  const tabs = await openTwo()
  const { session, one, two } = tabs
  typeApart(tabs)

  await eventually(() => [one.drafts.conflictingTextOf(session), two.drafts.conflictingTextOf(session)]).toEqual(['theirs', 'mine'])
  expect([one.text.value, two.text.value]).toEqual(['mine', 'theirs'])

  await two.drafts.resolveConflict(session, decision)

  await eventually(() => [one.text.value, two.text.value]).toEqual([result, result])
  await eventually(() => [one.drafts.conflictingTextOf(session), two.drafts.conflictingTextOf(session)]).toEqual([undefined, undefined])
  expect(await getDraftMessage(session)).toMatchObject({ message: result })
})

test('conflicting texts outlive both tabs', async () => {
  const tabs = await openTwo()
  typeApart(tabs)
  await eventually(() => tabs.one.drafts.conflictingTextOf(tabs.session)).toBe('theirs')
  tabs.one.close()
  tabs.two.close()

  const later = await openTab(tabs.session)

  expect([later.text.value, later.drafts.conflictingTextOf(tabs.session)].sort()).toEqual(['mine', 'theirs'])
})

test('a journal entry that began from an older text does not replace a newer one', async () => {
  const { session, one, two } = await openTwo()
  one.text.value = 'first'
  await eventually(() => two.text.value).toBe('first')
  one.close()
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const gone = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
    throw new DOMException('the page is going', 'AbortError')
  })
  one.text.value = 'first, and more'
  one.drafts.flush()
  await eventually(() => one.drafts.saveProblem).toBeDefined()
  gone.mockRestore()
  two.text.value = 'first, gone on elsewhere'
  two.drafts.flush()
  await eventually(() => getDraftMessage(session)).toMatchObject({ message: 'first, gone on elsewhere' })

  const later = await openTab(session)

  expect(later.text.value).toBe('first, gone on elsewhere')
  expect(later.drafts.conflictingTextOf(session)).toBe('first, and more')
})

test('a sent draft goes from the other tab, which shows the message on its way', async () => {
  const { session, one, two } = await openTwo()
  await one.add([png('one.png')])
  one.text.value = 'send me'
  await eventually(() => [two.text.value, two.names()]).toEqual(['send me', ['one.png']])

  await one.outbox.enqueue(session)

  await eventually(() => [two.text.value, two.names()]).toEqual(['', []])
  await eventually(() => two.outbox.messages.map(message => [message.text, two.outbox.attachmentsOf(message.id).map(({ name }) => name)]))
    .toEqual([['send me', ['one.png']]])
  two.text.value = 'x'
  two.text.value = ''
  two.drafts.flush()
  await eventually(() => two.drafts.dirty.size).toBe(0)
  expect((await getDraftMessage(session))?.message ?? '').toBe('')
  expect(await getOutbox()).toHaveLength(1)
})

test('a draft sent in two tabs at the same moment is one message', async () => {
  const { session, one, two } = await openTwo()
  await one.add([png('one.png')])
  one.text.value = 'send me'
  await eventually(() => [two.text.value, two.names()]).toEqual(['send me', ['one.png']])

  const sends = await Promise.allSettled([one.outbox.enqueue(session), two.outbox.enqueue(session)])

  expect(sends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await getOutbox()).toMatchObject([{ text: 'send me' }])
  await eventually(() => [one.outbox.messages.length, two.outbox.messages.length]).toEqual([1, 1])
})

test('a draft that was changed elsewhere at the last moment is not sent as it was', async () => {
  const { session, one, two } = await openTwo()
  one.text.value = 'careful'
  await eventually(() => two.text.value).toBe('careful')
  two.close() // it hears nothing from now on
  one.text.value = 'careful: corrected'
  await one.drafts.whenSaved(session)

  two.text.value = 'careful, too'
  await expect(two.outbox.enqueue(session)).rejects.toThrow()

  expect(await getOutbox()).toEqual([])
  expect(two.text.value).toBe('careful, too')
  await eventually(() => two.drafts.conflictingTextOf(session)).toBe('careful: corrected')
})

test('a session begun, named and discarded in one tab is so in the other', async () => {
  const { one, two } = await openTwo()
  const fresh = crypto.randomUUID()

  await one.local.add(fresh)
  await eventually(() => two.local.sessions.has(fresh)).toBe(true)
  await one.local.rename(fresh, 'Named there')
  await eventually(() => two.sessions.titleOf(fresh)).toBe('Named there')
  await one.data.removeDraft(fresh, false)
  one.drafts.forget(fresh, false)

  await eventually(() => two.local.sessions.has(fresh)).toBe(false)
})

test('removing and undoing reach the other tab, order and bytes intact', async () => {
  const { one, two } = await openTwo()
  await one.add([png('a.png', 1), png('b.png', 2), png('c.png', 3), textFile('d.txt')])
  await eventually(two.names).toEqual(['a.png', 'b.png', 'c.png', 'd.txt'])
  const [a, b] = one.attachments.value
  const bytes = (await getDraftMedia(b!.id))!.base64
  await one.remove(a!)
  await one.remove(b!)
  await eventually(two.names).toEqual(['c.png', 'd.txt'])

  for (const { id } of [...one.undo.offers.values()])
    await one.undo.take(id)

  expect(one.names()).toEqual(['a.png', 'b.png', 'c.png', 'd.txt'])
  await eventually(two.names).toEqual(['a.png', 'b.png', 'c.png', 'd.txt'])
  expect((await getDraftMedia(b!.id))!.base64).toBe(bytes)
})

test('whoever empties their text before deciding overwrites nobody with what they write next', async () => {
  const tabs = await openTwo()
  const { session, one, two } = tabs
  typeApart(tabs)
  await eventually(() => two.drafts.conflictingTextOf(session)).toBe('mine')

  for (const text of ['', 'begun anew']) {
    two.text.value = text
    await two.drafts.whenSaved(session)
  }

  await eventually(() => [one.text.value, one.drafts.conflictingTextOf(session)]).toEqual(['mine', 'begun anew'])
  await eventually(() => [two.text.value, two.drafts.conflictingTextOf(session)]).toEqual(['begun anew', 'mine'])
})

test('texts that became the same again leave nothing to decide, also later', async () => {
  const tabs = await openTwo()
  const { session, one, two } = tabs
  typeApart(tabs)
  await eventually(() => two.drafts.conflictingTextOf(session)).toBe('mine')

  two.text.value = 'mine'
  await two.drafts.whenSaved(session)
  one.text.value = 'mine, and more'
  await one.drafts.whenSaved(session)

  await eventually(() => two.text.value).toBe('mine, and more')
  expect([one.drafts.conflictingTextOf(session), two.drafts.conflictingTextOf(session)]).toEqual([undefined, undefined])
})

test('files attached in both tabs at the same moment stand in one order, which is that of the device', async () => {
  const { session, one, two } = await openTwo()
  const slow = textFile('slow.txt')
  const read = slow.arrayBuffer.bind(slow)
  let goOn = () => {}
  const held = new Promise<void>((resolve) => { goOn = resolve })
  slow.arrayBuffer = () => held.then(read)

  const adding = two.add([slow])
  await one.add([textFile('1.txt'), textFile('2.txt')])
  await eventually(two.names).toEqual(expect.arrayContaining(['1.txt', '2.txt']))
  goOn()
  await adding

  const ids = (await getDraftMessage(session))!.mediaIds!
  const names = await Promise.all(ids.map(async id => (await getDraftMedia(id))!.name))
  expect(names).toHaveLength(3)
  await eventually(one.names).toEqual(names)
  await eventually(two.names).toEqual(names)
})

test('a message sent in one tab and edited in the other is a draft with its files in both', async () => {
  const { session, one, two } = await openTwo()
  await one.add([textFile('a.txt'), textFile('b.txt')])
  await eventually(two.names).toEqual(['a.txt', 'b.txt'])
  await two.outbox.enqueue(session)
  await eventually(() => one.outbox.messages.length).toBe(1)

  await one.outbox.edit(one.outbox.messages[0]!.id)

  await eventually(one.names).toEqual(['a.txt', 'b.txt'])
  await eventually(two.names).toEqual(['a.txt', 'b.txt'])
})

test('a file removed in both tabs and put back in one is in both again', async () => {
  const { one, two } = await openTwo()
  await one.add([textFile('a.txt'), textFile('b.txt')])
  await eventually(two.names).toEqual(['a.txt', 'b.txt'])
  await Promise.all([one, two].map(tab => tab.remove(tab.attachments.value[0]!)))

  // One of the two removed it, and only that one can put it back.
  const offers = [one, two].flatMap(tab => [...tab.undo.offers.keys()].map(id => ({ tab, id })))
  expect(offers).toHaveLength(1)
  await offers[0]!.tab.undo.take(offers[0]!.id)

  await eventually(one.names).toEqual(['a.txt', 'b.txt'])
  await eventually(two.names).toEqual(['a.txt', 'b.txt'])
})

test('a draft with conflicting texts that was discarded and put back shows each tab its own text again', async () => {
  const tabs = await openTwo()
  const { session, one, two } = tabs
  typeApart(tabs)
  await eventually(() => [one.drafts.conflictingTextOf(session), two.drafts.conflictingTextOf(session)]).toEqual(['theirs', 'mine'])

  const putBack = await two.data.removeDraft(session, true)
  two.drafts.forget(session, true)
  await eventually(() => [one.text.value, two.text.value]).toEqual(['', ''])
  await putBack()
  await two.drafts.restored(session)

  await eventually(() => [one.text.value, two.text.value]).toEqual(['mine', 'theirs'])
  await eventually(() => [one.drafts.conflictingTextOf(session), two.drafts.conflictingTextOf(session)]).toEqual(['theirs', 'mine'])
})

test('a message edited while texts are in conflict leaves each tab its own', async () => {
  const tabs = await openTwo()
  const { session, one, two } = tabs
  one.text.value = 'sent before'
  await eventually(() => two.text.value).toBe('sent before')
  await one.outbox.enqueue(session)
  await eventually(() => [two.text.value, two.outbox.messages.length]).toEqual(['', 1])
  typeApart(tabs)
  await eventually(() => [one.drafts.conflictingTextOf(session), two.drafts.conflictingTextOf(session)]).toEqual(['theirs', 'mine'])

  await two.outbox.edit(two.outbox.messages[0]!.id)

  await eventually(() => [one.text.value, two.text.value]).toEqual(['sent before\nmine', 'theirs'])
  await eventually(() => two.drafts.conflictingTextOf(session)).toBe('sent before\nmine')
})
