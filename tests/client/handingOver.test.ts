import { expect, test, vi } from 'vitest'
import { mount } from '@vue/test-utils'
import type { Ref } from 'vue'
import MessageInput from '../../src/client/components/composer/MessageInput.vue'
import * as journal from '../../src/client/utils/device/unloadJournal.ts'
import { useSendMessage } from '../../src/client/composables/composer/useSendMessage.ts'
import * as outboxStorage from '../../src/client/utils/storage/outbox/outboxStorage.ts'
import { getDraftText, saveDraftText } from '../../src/client/utils/storage/textStorage.ts'
import { eventually } from '../helpers/eventually.ts'
import { file, png } from '../helpers/files.ts'
import { jpegExif, jpegWith } from '../helpers/imageFiles.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

/** The page goes while a message becomes one: what was to be heard of it is heard no more. */
function goWhileMoving(move: (...args: Parameters<typeof outboxStorage.moveToOutbox>) => Promise<unknown> = async () => undefined) {
  let reached = () => {}
  const moved = new Promise<void>((resolve) => { reached = resolve })
  vi.spyOn(outboxStorage, 'moveToOutbox').mockImplementationOnce(async (...args) => {
    await move(...args)
    reached()
    return new Promise(() => {})
  })
  return moved
}

/** A tab with words in it that were saved a while ago. */
async function openWith(text: string, session = newSession()) {
  const tab = await openTab(session)
  tab.text.value = text
  await tab.drafts.whenSaved(session.value)
  return { session, ...tab }
}

async function reopen(session: Ref<string>) {
  const tab = await openTab(session)
  await tab.outbox.refresh()
  return { ...tab, sent: () => tab.outbox.ofSession(session.value).map(message => message.text) }
}

/** As it is found when the page is opened again, however often, and by two tabs at a time. */
async function expectFound(session: Ref<string>, found: { text: string, sent: string[] }) {
  for (const tab of [...await Promise.all([reopen(session), reopen(session)]), await reopen(session)]) {
    await tab.outbox.refresh()
    expect({ text: tab.text.value, sent: tab.sent() }).toEqual(found)
    expect(tab.drafts.conflictingTextOf(session.value)).toBeUndefined()
  }
  expect(journal.readJournal()).toEqual([])
}

const entry = (session: Ref<string>, more: Partial<journal.JournalEntry>): journal.JournalEntry =>
  ({ id: crypto.randomUUID(), sessionId: session.value, tab: 'gone', text: '', ...more })

test('a page that goes in the moment of sending leaves the message in the journal, until it is in the outbox', async () => {
  const session = newSession()
  const { text, outbox } = await openTab(session)
  text.value = 'typed, Enter, gone'

  const moving = outbox.enqueue(session.value)
  expect(journal.readJournal()).toMatchObject([{ sessionId: session.value, text: 'typed, Enter, gone', id: outbox.messages[0]!.id }])
  await moving

  expect(journal.readJournal()).toEqual([])
})

test('Enter, and closed before anything was saved: the message goes out with the next page, under its id', async () => {
  const { session, text, add, outbox, close } = await openWith('saved before')
  await add([png('one.png')])
  text.value = 'typed, Enter, gone'
  const gone = goWhileMoving()
  void outbox.enqueue(session.value)
  const [{ id } = { id: '' }] = outbox.messages
  await gone
  close()

  await expectFound(session, { text: '', sent: ['typed, Enter, gone'] })
  const later = await reopen(session)
  expect(later.names()).toEqual([])
  expect(later.outbox.messages).toMatchObject([{ id, mediaIds: [expect.any(String)] }])
})

test('Enter, and closed when the outbox had it already: it is there once', async () => {
  const { session, outbox, close } = await openWith('once')
  const move = outboxStorage.moveToOutbox
  const gone = goWhileMoving((...args) => move(...args))
  void outbox.enqueue(session.value)
  await gone
  close()
  expect(journal.readJournal()).toHaveLength(1)

  await expectFound(session, { text: '', sent: ['once'] })
})

test('closed while the browser breaks off what was being saved: the words are no less there', async () => {
  const { session, text, outbox, close } = await openWith('saved before')
  text.value = 'broken off'
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  vi.spyOn(outboxStorage, 'moveToOutbox').mockRejectedValueOnce(new DOMException('the page is going', 'AbortError'))
  await outbox.enqueue(session.value)
  close()

  await expectFound(session, { text: '', sent: ['broken off'] })
})

test('a page that goes while one entry of the journal takes the place of another leaves the words once', async () => {
  const { session, close } = await openWith('saved before')
  const { revision = '' } = await getDraftText(session.value)
  close()
  const words = entry(session, { text: 'typed and sent', bases: [revision] })
  const message = entry(session, { text: 'typed and sent', bases: [revision], message: { projectId: 'default', mediaIds: [], createdAt: 1 }, replaces: [words.id] })
  journal.writeJournal(message)
  journal.writeJournal(words) // which was to be dropped
  await expectFound(session, { text: '', sent: ['typed and sent'] })

  const other = newSession()
  const refused = entry(other, { text: 'not sent', bases: ['another'], message: { projectId: 'default', mediaIds: ['lost'], createdAt: 1 } })
  journal.writeJournal(refused)
  journal.writeJournal(entry(other, { text: 'not sent, and gone on', bases: ['another'], replaces: [refused.id] }))
  await expectFound(other, { text: 'not sent, and gone on', sent: [] })
})

test('messages that were accepted do not come again, however many of them the journal still names', async () => {
  const session = newSession()
  const { text, outbox, close } = await openTab(session)
  for (const word of ['one', 'two', 'three']) {
    text.value = word
    const sending = outbox.enqueue(session.value)
    const kept = journal.readJournal()
    await sending
    await outbox.accepted(outbox.messages[0]!.id) // and it is in the outbox no more
    kept.forEach(journal.writeJournal) // the page went before it was dropped
  }
  close()
  expect(journal.readJournal()).toHaveLength(3)

  await expectFound(session, { text: '', sent: [] })
})

test('a message that was edited or discarded in another tab does not come again from the journal', async () => {
  const { session, outbox, close } = await openWith('regretted')
  const move = outboxStorage.moveToOutbox
  const gone = goWhileMoving((...args) => move(...args))
  void outbox.enqueue(session.value)
  await gone
  const other = await reopen(session)
  const kept = entry(session, { id: other.outbox.messages[0]!.id, text: 'regretted', message: { projectId: 'default', mediaIds: [], createdAt: 1 } })
  await other.outbox.discard(kept.id)
  journal.writeJournal(kept)
  close()

  await expectFound(session, { text: '', sent: [] })
})

test('a tab that opens while another one is sending takes the message over, and it is one message', async () => {
  const { session, outbox } = await openWith('who sends it?')
  const move = outboxStorage.moveToOutbox
  let goOn = () => {}
  const held = new Promise<void>((resolve) => { goOn = resolve })
  vi.spyOn(outboxStorage, 'moveToOutbox').mockImplementationOnce(async (...args) => {
    await held
    return move(...args)
  })
  const moving = outbox.enqueue(session.value)

  const second = await reopen(session)
  expect([second.text.value, second.sent()]).toEqual(['', ['who sends it?']])
  expect(second.outbox.messages[0]!.id).toBe(outbox.messages[0]!.id)
  await second.outbox.accepted(second.outbox.messages[0]!.id)
  goOn()
  await moving

  expect(outbox.messages).toEqual([])
  await expectFound(session, { text: '', sent: [] })
})

test('words typed before the draft was read stand after it when the page goes, once', async () => {
  const { session, close } = await openWith('stored')
  close()
  const typed = entry(session, { text: 'typed' })
  journal.writeJournal(typed)

  await expectFound(session, { text: 'stored\ntyped', sent: [] })
  journal.writeJournal(typed) // a browser that was killed may find it again
  await expectFound(session, { text: 'stored\ntyped', sent: [] })
})

test('a message written before the draft was read goes out only where there was nothing unread', async () => {
  const message = { projectId: 'default', mediaIds: [], createdAt: 1 }
  const { session, close } = await openWith('stored')
  close()
  journal.writeJournal(entry(session, { text: 'sent unread', message }))
  await expectFound(session, { text: 'stored\nsent unread', sent: [] })

  const empty = newSession()
  journal.writeJournal(entry(empty, { text: 'sent to nobody before', message }))
  await expectFound(empty, { text: '', sent: ['sent to nobody before'] })
})

test('closed while an earlier state of the text was being saved: the newer one is sent, and nobody is asked', async () => {
  const { session, text, drafts, outbox, close } = await openWith('wor')
  text.value = 'word'
  const saving = drafts.whenSaved(session.value)
  await Promise.resolve()
  text.value = 'words'
  const gone = goWhileMoving()
  void outbox.enqueue(session.value)
  await saving
  await gone
  close()
  expect((await getDraftText(session.value)).message).toBe('word')

  await expectFound(session, { text: '', sent: ['words'] })
})

test('closed after Enter on a draft that another tab had changed: nothing is sent, and both texts are there', async () => {
  const { session, outbox, close } = await openWith('mine')
  const gone = goWhileMoving(async () => {
    await saveDraftText(session.value, 'theirs', { tab: 'another', base: (await getDraftText(session.value)).revision })
  })
  void outbox.enqueue(session.value)
  await gone
  close()

  const later = await reopen(session)
  expect([later.text.value, later.drafts.conflictingTextOf(session.value), later.sent()]).toEqual(['theirs', 'mine', []])
})

test('a message whose file was only in the tab that went stays a draft: it is not sent without it', async () => {
  const { session, close } = await openWith('look')
  const { revision = '' } = await getDraftText(session.value)
  close()
  journal.writeJournal(entry(session, { text: 'look at this', bases: [revision], message: { projectId: 'default', mediaIds: ['lost'], createdAt: 1 } }))

  await expectFound(session, { text: 'look at this', sent: [] })
})

test('where the browser has no journal the words are saved as a draft before they are sent', async () => {
  const { session, text, outbox, close } = await openWith('saved before')
  vi.spyOn(journal, 'writeJournal').mockReturnValue(false)
  text.value = 'nowhere else'
  const gone = goWhileMoving()
  void outbox.enqueue(session.value)
  await gone
  close()

  await expectFound(session, { text: 'nowhere else', sent: [] })
})

test('a message that found no place on the device is in the journal until it is accepted or edited', async () => {
  const { session, text, outbox, drafts } = await openWith('a')
  vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  for (const end of ['accepted', 'edit'] as const) {
    vi.spyOn(outboxStorage, 'moveToOutbox').mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'))
    text.value = end
    await outbox.enqueue(session.value)
    expect(journal.readJournal()).toMatchObject([{ text: end, message: {} }])

    await outbox[end](outbox.messages[0]!.id)
    await drafts.whenSaved(session.value)
    expect(journal.readJournal()).toEqual([])
  }
  expect((await getDraftText(session.value)).message).toBe('edit')
})

test('what an earlier version left in the journal is a draft, and what it had sent is known', async () => {
  const { session, outbox, close } = await openWith('sent')
  const { revision: base } = await getDraftText(session.value)
  await outbox.enqueue(session.value)
  const [{ id } = { id: '' }] = await outboxStorage.getOutbox()
  await outbox.accepted(id)
  close()
  const write = (words: object, key: string) => localStorage.setItem(`satchel.lastWords.${session.value}.gone${key}`, JSON.stringify({ sessionId: session.value, tab: 'gone', base, ...words }))
  write({ text: 'sent', becoming: id, at: 1 }, `.${id}`)
  write({ text: 'and then' }, '')
  localStorage.setItem(`satchel.lastWords.${session.value}.broken`, '{')

  const later = await reopen(session)

  expect([later.text.value, later.sent(), later.drafts.conflictingTextOf(session.value)]).toEqual(['and then', [], undefined])
})

test('two messages sent one right after the other are both in the journal until they are in the outbox', async () => {
  const session = newSession()
  const { text, outbox, drafts } = await openTab(session)
  text.value = 'one'
  const first = outbox.enqueue(session.value)
  text.value = 'two'
  const second = outbox.enqueue(session.value)
  text.value = 'three'
  drafts.flush()

  expect(journal.readJournal().map(({ text }) => text).sort()).toEqual(['one', 'three', 'two'])
  await Promise.all([first, second])
  await eventually(() => journal.readJournal()).toEqual([])
  expect((await outboxStorage.getOutbox()).map(message => message.text)).toEqual(['one', 'two'])
})

test('what is typed right after Enter is not part of what was sent', async () => {
  const session = newSession()
  const { text, outbox } = await openTab(session)
  const { send } = useSendMessage(session)
  text.value = 'first'

  const sending = send()
  for (let i = 0; i < 20; i++) // before anything else that happens to the page
    await Promise.resolve()
  expect(text.value).toBe('')
  text.value = 'second'
  await sending

  expect(outbox.messages).toMatchObject([{ text: 'first' }])
  expect(text.value).toBe('second')
})

test('a file that is being changed when one presses Send is sent as it is then: a position that was just removed stays at home', async () => {
  const session = newSession()
  const { add, attachments, data, outbox } = await openTab(session)
  const { send } = useSendMessage(session)
  await add([file('photo.jpg', jpegWith([jpegExif({ position: true })]), 'image/jpeg')])
  expect(attachments.value[0]).toMatchObject({ hasPosition: true })

  const removing = data.removeMetadata(session.value, attachments.value[0]!.id)
  await send()
  await removing

  const [message] = await outboxStorage.getOutbox()
  expect(outbox.attachmentsOf(message!.id)).toMatchObject([{ name: 'photo.jpg', hasPosition: false }])
})

test('what an input method is composing counts as typed', async () => {
  const session = newSession()
  const { drafts } = await openTab(session)
  vi.spyOn(globalThis, 'matchMedia').mockReturnValue({ matches: false } as MediaQueryList)
  const composer = mount(MessageInput, { props: { sessionId: session.value, running: false }, attachTo: document.body })
  const field = composer.get('textarea')

  await field.trigger('compositionstart')
  field.element.value = 'にほん'
  await field.trigger('input')

  expect(drafts.textOf(session.value)).toBe('にほん')
  expect(composer.get('[aria-label="Send"]').attributes('disabled')).toBeUndefined()
  composer.unmount()
})
