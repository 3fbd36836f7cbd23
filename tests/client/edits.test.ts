import { mount } from '@vue/test-utils'
import { setActivePinia } from 'pinia'
import { expect, onTestFinished, test, vi } from 'vitest'
import { nextTick } from 'vue'
import EditingLine from '../../src/client/components/composer/EditingLine.vue'
import { useDiscardAside } from '../../src/client/composables/drafts/useDiscardAside.ts'
import { useDiscard } from '../../src/client/composables/drafts/useDiscard.ts'
import { useEditing } from '../../src/client/composables/composer/useEditing.ts'
import { useOutboxActions } from '../../src/client/composables/session/useOutboxActions.ts'
import { useEditsStore } from '../../src/client/stores/edits/edits.ts'
import { useHistoryStore } from '../../src/client/stores/history.ts'
import type { HistoryItem } from '../../src/client/stores/history/historyItem.ts'
import { useNoticesStore } from '../../src/client/stores/notices.ts'
import { useUnsentStore } from '../../src/client/stores/unsent.ts'
import { withPending, without } from '../../src/client/stores/history/replacing.ts'
import { getDraftMediasBySession } from '../../src/client/utils/storage/draftStorage.ts'
import { getOutbox } from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { getDraftText } from '../../src/client/utils/storage/textStorage.ts'
import { removeOrphanedMedias } from '../../src/client/utils/storage/orphanStorage.ts'
import { png } from '../helpers/files.ts'
import { newSession, openTab } from '../helpers/openTab.ts'
import { messageItem, textView } from '../helpers/views.ts'

const asked = (sessionId: string) => messageItem({ sessionId, text: 'as it was', status: 'complete', attachments: [textView('notes.txt', { url: '/api/attachments/1' })] })

function showHistory(sessionId: string, items: HistoryItem[]) {
  const history = useHistoryStore()
  history.begin(sessionId)
  history.historyOf(sessionId)!.items = items
}

async function openEditing() {
  const session = newSession()
  const tab = await openTab(session)
  const editing = useEditing(session)
  await tab.add([png('mine.png')])
  tab.text.value = 'I was writing this'
  const item = asked(session.value)
  await editing.begin(item)
  return { session, tab, editing, item }
}

test('a message is opened with its files by reference, over a reload; what was being written comes back when the edit is sent', async () => {
  const { session, tab, item } = await openEditing()
  expect([tab.text.value, tab.names()]).toEqual(['as it was', ['notes.txt']])
  tab.text.value = 'better'
  await tab.drafts.whenSaved(session.value)

  const again = await openTab(session)
  await useEditsStore().reread(session.value)
  expect([again.text.value, again.names(), useEditsStore().of(session.value)]).toEqual(['better', ['notes.txt'], item.id])
  await again.outbox.enqueue(session.value)

  expect((await getOutbox()).find(({ sessionId }) => sessionId === session.value)).toMatchObject({ text: 'better', replaces: item.id })
  expect([again.text.value, useEditsStore().of(session.value)]).toEqual(['I was writing this', undefined])
  await expect.poll(again.names).toEqual(['mine.png'])
})

test('a message that waits to be sent is an edit again when it is edited once more, and what is being written waits beside it', async () => {
  const { session, tab, item } = await openEditing()
  await tab.outbox.enqueue(session.value)
  await expect.poll(tab.names).toEqual(['mine.png'])
  tab.text.value = 'I was writing this, and more'

  await tab.outbox.edit(tab.outbox.messages.find(({ sessionId }) => sessionId === session.value)!.id)

  expect([tab.text.value, useEditsStore().of(session.value)]).toEqual(['as it was', item.id])
  await expect.poll(tab.names).toEqual(['notes.txt'])
  await useEditing(session).cancel()
  expect(tab.text.value).toBe('I was writing this, and more')
  await expect.poll(tab.names).toEqual(['mine.png'])
})

test.each([false, true])('what waits to be sent and is taken back while a message is being edited does not come among that, which Undo brings back; in this tab only: %s', async (tabOnly) => {
  const { session, tab, editing, item } = await openEditing()
  await editing.cancel()
  await tab.outbox.enqueue(session.value)
  const { id } = tab.outbox.messages.find(({ sessionId }) => sessionId === session.value)!
  if (tabOnly)
    tab.outbox.tabOnly.add(id)
  tab.text.value = 'begun since'
  await editing.begin(item)
  tab.text.value = 'as it was, and better'

  await useOutboxActions(() => session.value).edit(messageItem({ id, key: id, sessionId: session.value }))
  await expect.poll(() => tab.text.value).toBe('I was writing this\nbegun since')
  if (!tabOnly) // then its files are where they were
    await expect.poll(tab.names).toEqual(['mine.png'])
  expect(editing.replaced.value).toBe(undefined)

  await tab.undo.take([...tab.undo.offers.keys()].at(-1)!)
  expect([tab.text.value, tab.names(), editing.replaced.value]).toEqual(['as it was, and better', ['notes.txt'], item.id])
  await editing.cancel()
  expect(tab.text.value).toBe('I was writing this\nbegun since')
})

test('an edit that waits to be sent and is taken back while another message is being edited mixes the two not', async () => {
  const { session, tab, editing, item } = await openEditing()
  tab.text.value = 'the first, better'
  await tab.outbox.enqueue(session.value)
  await editing.begin(messageItem({ sessionId: session.value, id: 'other', text: 'the other', status: 'complete' }))
  tab.text.value = 'the other, better'

  await useOutboxActions(() => session.value).edit(messageItem({ ...item, key: tab.outbox.messages.find(({ sessionId }) => sessionId === session.value)!.id }))
  expect([tab.text.value, editing.replaced.value]).toEqual(['the first, better', item.id])
  await editing.cancel()
  expect([tab.text.value, tab.names()]).toEqual(['I was writing this', ['mine.png']])
  await tab.undo.take([...tab.undo.offers.keys()][0]!)
  expect([tab.text.value, editing.replaced.value]).toEqual(['the other, better', 'other'])
})

test('what was written for an edit and what waits are one draft where their session is gone', async () => {
  const { session, tab, editing, item } = await openEditing()
  tab.text.value = 'sent, and better'
  await tab.outbox.enqueue(session.value)
  await editing.begin(messageItem({ ...item, id: 'other' }))
  tab.text.value = 'not sent yet'

  await tab.outbox.keep(tab.outbox.messages.find(({ sessionId }) => sessionId === session.value)!.id)

  expect([tab.text.value, editing.replaced.value, tab.undo.offers.size]).toEqual(['sent, and better\nnot sent yet\nI was writing this', undefined, 0])
})

test('an edit is cancelled and gone on with, and nothing of either draft is lost', async () => {
  const { session, tab, editing, item } = await openEditing()
  tab.text.value = 'changed'
  await editing.cancel()
  expect([tab.text.value, tab.names(), editing.replaced.value]).toEqual(['I was writing this', ['mine.png'], undefined])

  await tab.undo.take([...tab.undo.offers.keys()].at(-1)!)

  expect([tab.text.value, tab.names(), editing.replaced.value]).toEqual(['changed', ['notes.txt'], item.id])
  await editing.begin(messageItem({ sessionId: session.value, text: 'another', status: 'complete' }))
  expect([tab.text.value, tab.names(), editing.replaced.value]).toEqual(['changed', ['notes.txt'], item.id])
  await editing.cancel()
  expect([tab.text.value, tab.names()]).toEqual(['I was writing this', ['mine.png']])
})

const OTHER_FIRST = 'Another message is being edited, here or in another tab. Send or cancel that first.'

test('an edit in which something was changed is not thrown away by Edit on another message, also in another tab, where that is told until the edit is over; one that was not changed ends', async () => {
  const { session, tab, item } = await openEditing()
  tab.text.value = 'much was written here'
  await tab.drafts.whenSaved(session.value)
  const second = messageItem({ sessionId: session.value, text: 'second one', status: 'complete' })

  const other = await openTab(session)
  showHistory(session.value, [item, second])
  const editing = useEditing(session)
  await useEditsStore().reread(session.value)
  await editing.begin(second)
  expect([other.text.value, other.names(), editing.replaced.value, other.told()]).toEqual(['much was written here', ['notes.txt'], item.id, [OTHER_FIRST]])
  const again = await openTab(session)
  expect([again.text.value, again.names()]).toEqual(['much was written here', ['notes.txt']])

  other.text.value = item.text
  await editing.begin(second)
  expect([other.text.value, other.names(), editing.replaced.value, other.told(), other.undo.offers.size]).toEqual(['second one', [], second.id, [], 0])
  await editing.cancel()
  expect([other.text.value, other.names()]).toEqual(['I was writing this', ['mine.png']])
})

test('where the agent begins with a message that waits while it is being edited, that is told, once, until the edit is over', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const item = messageItem({ sessionId: session.value, text: 'as it was', status: 'accepted' })
  showHistory(session.value, [item])
  await useEditing(session).begin(item)
  const line = mount(EditingLine, { props: { sessionId: session.value }, global: { plugins: [tab.pinia] } })
  onTestFinished(() => line.unmount())
  await expect.poll(() => line.text()).toContain('Editing a message that waits')
  expect(tab.told()).toEqual([])

  showHistory(session.value, [{ ...item, status: 'running' }])
  const begun = ['The agent has begun with this message as it was. Sending your change makes another version of it.']
  await expect.poll(tab.told).toEqual(begun)
  useNoticesStore().dismiss(session.value, useNoticesStore().allOf(session.value)[0]!.id)
  showHistory(session.value, [{ ...item, status: 'complete' }])
  await nextTick()
  expect(tab.told()).toEqual([])

  await line.get('sl-button').trigger('click')
  await expect.poll(() => tab.text.value).toBe('')
  showHistory(session.value, [item])
  await useEditing(session).begin(item)
  await nextTick()
  showHistory(session.value, [{ ...item, status: 'running' }])
  await expect.poll(tab.told).toEqual(begun)
  await useEditing(session).cancel()
  await expect.poll(tab.told).toEqual([])
})

test('what is typed while a message is being opened to be edited is part of the edit, and is no text of another tab', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const opening = useEditing(session).begin(asked(session.value))
  await Promise.resolve().then(() => Promise.resolve()) // it is on its way to the device
  tab.text.value = 'x'
  await Promise.all([opening, tab.drafts.whenSaved(session.value)])

  expect(tab.text.value).toBe('as it was\nx')
  expect(tab.drafts.conflictingTextOf(session.value)).toBeUndefined()
  expect((await getDraftText(session.value)).message).toBe(tab.text.value)
})

test('an edit that is taken back while it waits to be sent holds the place of its message at once, and lets it go when it is cancelled', async () => {
  const session = newSession()
  const tab = await openTab(session)
  const asked: string[] = []
  vi.stubGlobal('fetch', async (address: string, { method = 'GET' }: RequestInit = {}) => {
    asked.push(`${method} ${address}`)
    return Response.json({}) // the server has understood
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  const item = messageItem({ sessionId: session.value, text: 'as it was', status: 'accepted' })
  showHistory(session.value, [item])
  await useEditing(session).begin(item)
  await tab.outbox.enqueue(session.value)
  const again = await openTab(session)
  await again.outbox.refresh()
  const { id } = again.outbox.messages.find(({ sessionId }) => sessionId === session.value)!
  asked.length = 0

  await useOutboxActions(() => session.value).edit(messageItem({ sessionId: session.value, key: id }))
  const place = `/api/sessions/${session.value}/messages/${item.id}/editing`
  await expect.poll(() => asked).toEqual([expect.stringContaining(`PUT ${place}`)])

  await useEditing(session).cancel()
  await expect.poll(() => asked.slice(1)).toEqual([expect.stringContaining(`DELETE ${place}`)])
})

test('a second click on Edit does nothing', async () => {
  const { tab, session, editing, item } = await openEditing()
  await editing.cancel()

  await Promise.all([editing.begin(item), editing.begin(item)])

  expect([tab.text.value, tab.names(), useEditsStore().of(session.value)]).toEqual(['as it was', ['notes.txt'], item.id])
  await editing.cancel()
  expect([tab.text.value, tab.names()]).toEqual(['I was writing this', ['mine.png']])
})

test('what waits beside an edit is a draft like others: in the list, and in the export, where the edit is not; it can be discarded, and the edit goes on', async () => {
  const { session, tab, editing } = await openEditing()
  const unsent = useUnsentStore()
  const listed = () => unsent.entries.filter(({ sessionId }) => sessionId === session.value)
  expect(listed().map(({ kind, text, isEdit, mediaIds }) => [kind, text, isEdit, mediaIds.length])).toEqual([['draft', 'as it was', true, 1], ['aside', 'I was writing this', undefined, 1]])
  const { entries } = JSON.parse(await (await unsent.exportAll()).file.text()) as { entries: { kind: string, sessionId?: string, text?: string, name?: string }[] }
  const at = entries.findIndex(({ sessionId }) => sessionId === session.value)
  expect(entries.slice(at, at + 2)).toMatchObject([{ kind: 'draft', text: 'I was writing this', files: 1 }, { kind: 'file', name: 'mine.png' }])
  expect(entries.filter(({ sessionId }) => sessionId === session.value)).toHaveLength(1)

  await useDiscardAside('/drafts')(session.value)
  expect([tab.text.value, tab.names(), listed().length]).toEqual(['as it was', ['notes.txt'], 1])
  await tab.undo.take([...tab.undo.offers.keys()].at(-1)!)
  expect(listed()).toHaveLength(2)
  await editing.cancel()
  expect([tab.text.value, tab.names()]).toEqual(['I was writing this', ['mine.png']])
})

test('who discards an edit has what was being written before it, and the edit again where that is undone', async () => {
  const { session, tab, editing } = await openEditing()
  await removeOrphanedMedias(Date.now() + 1000)
  await useDiscard().discardDraft(session.value)
  expect([tab.text.value, tab.names(), useEditsStore().of(session.value)]).toEqual(['I was writing this', ['mine.png'], undefined])

  await tab.undo.take([...tab.undo.offers.keys()].at(-1)!)
  await expect.poll(() => tab.text.value).toBe('as it was')
  await editing.cancel()

  expect(tab.text.value).toBe('I was writing this')
  expect((await getDraftMediasBySession(session.value)).map(({ name, base64 }) => [name, base64.length > 0])).toEqual([['mine.png', true]])
})

test('on its way a message stands where the one does that it stands for; one that was refused, or waits until an answer has ended, stands at the end', () => {
  const [first, answer, waits, last] = [messageItem({ id: 'first', status: 'complete' }), messageItem({ id: 'answer', role: 'assistant' }), messageItem({ id: 'waits', status: 'accepted' }), messageItem({ id: 'last', status: 'accepted' })]
  const items = [first, answer, waits, last]
  const shown = (replaces: string | undefined, status: 'sending' | 'unsent' = 'sending') => withPending(items, [messageItem({ id: 'new', status, replaces })]).map(({ id }) => id)

  expect(shown('waits')).toEqual(['first', 'answer', 'new', 'last'])
  expect(shown('first')).toEqual(['new'])
  expect(shown('first', 'unsent')).toEqual(['first', 'answer', 'waits', 'last', 'new'])
  expect(withPending(items, [messageItem({ id: 'new', status: 'waiting', replaces: 'first', held: true })]).map(({ id }) => id)).toEqual(['first', 'answer', 'waits', 'last', 'new'])
  expect(shown(undefined)).toEqual(['first', 'answer', 'waits', 'last', 'new'])
  expect(shown('unknown')).toEqual(['first', 'answer', 'waits', 'last', 'new'])
  expect(without(items, 'unknown')).toEqual(items)
})

test('whether the agent\'s folder is put back is kept with the edit, over a reload, taken along when it is sent, and forgotten with it', async () => {
  const { session } = await openEditing()
  const edits = useEditsStore()
  await edits.restoreFiles(session.value, true)

  const again = await openTab(session)
  const there = useEditsStore(again.pinia)
  await there.reread(session.value)
  expect(there.restoresFiles(session.value)).toBe(true)
  await again.outbox.enqueue(session.value)
  const [message] = (await getOutbox()).filter(({ sessionId }) => sessionId === session.value)
  expect(message).toMatchObject({ restoresFiles: true })
  expect(there.restoresFiles(session.value)).toBe(false)

  await again.outbox.edit(message!.id)
  expect(there.restoresFiles(session.value)).toBe(true)
  setActivePinia(again.pinia)
  const editing = useEditing(session)
  await editing.cancel()
  const other = asked(session.value)
  await editing.begin({ ...other, id: 'other' })
  expect(there.restoresFiles(session.value)).toBe(false)
})
