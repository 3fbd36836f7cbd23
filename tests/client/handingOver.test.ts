import { expect, test, vi } from 'vitest'
import { mount } from '@vue/test-utils'
import MessageInput from '../../src/client/components/composer/MessageInput.vue'
import * as journal from '../../src/client/utils/device/unloadJournal.ts'
import { useSendMessage } from '../../src/client/composables/composer/useSendMessage.ts'
import { getDraftText } from '../../src/client/utils/storage/textStorage.ts'
import { eventually } from '../helpers/eventually.ts'
import { getOutbox } from '../../src/client/utils/storage/outboxStorage.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

test('a page that goes in the moment of sending leaves the text in the journal, until it is in the outbox', async () => {
  const session = newSession()
  const { text, outbox } = await openTab(session)
  text.value = 'typed, Enter, gone'

  const moving = outbox.enqueue(session.value)
  expect(journal.readJournal()).toMatchObject([{ sessionId: session.value, text: 'typed, Enter, gone', becoming: outbox.messages[0]!.id }])
  await moving

  expect(journal.readJournal()).toEqual([])
})

test('a text in the journal whose message is in the outbox does not come again as a draft', async () => {
  const session = newSession()
  const { text, outbox } = await openTab(session)
  text.value = 'once'
  await outbox.enqueue(session.value)
  const [{ id } = { id: '' }] = await getOutbox()
  journal.writeJournal({ sessionId: session.value, tab: 'gone', text: 'once', becoming: id })

  expect((await openTab(session)).text.value).toBe('')

  const other = newSession()
  journal.writeJournal({ sessionId: other.value, tab: 'gone', text: 'never moved', becoming: crypto.randomUUID() })
  expect((await openTab(other)).text.value).toBe('never moved')
})

test('what was sent and what was typed after it are one draft again when the page goes before either is saved', async () => {
  const session = newSession()
  const { text, drafts, close } = await openTab(session)
  text.value = 'saved before'
  await drafts.settled(session.value)
  close()
  const words = { sessionId: session.value, tab: 'gone', base: (await getDraftText(session.value)).revision }
  journal.writeJournal({ ...words, text: 'typed since', at: 1 })
  journal.writeJournal({ ...words, text: 'second', becoming: crypto.randomUUID(), at: 20 })
  journal.writeJournal({ ...words, text: 'saved before', becoming: crypto.randomUUID(), at: 10 })

  const later = await openTab(session)

  expect(later.text.value).toBe('saved before\nsecond\ntyped since')
  expect(later.drafts.conflictingTextOf(session.value)).toBeUndefined()
  expect(journal.readJournal()).toEqual([])
})

test('words typed after a message that got through are a draft, and nobody is asked about them', async () => {
  const session = newSession()
  const { text, outbox, drafts, close } = await openTab(session)
  text.value = 'sent'
  await drafts.settled(session.value)
  const { revision: base } = await getDraftText(session.value)
  await outbox.enqueue(session.value)
  const [{ id } = { id: '' }] = await getOutbox()
  await outbox.accepted(id) // and it is in the outbox no more
  close()
  journal.writeJournal({ sessionId: session.value, tab: 'gone', text: 'sent', base, becoming: id })
  journal.writeJournal({ sessionId: session.value, tab: 'gone', text: 'and then', base })

  const later = await openTab(session)

  expect(later.text.value).toBe('and then')
  expect(later.drafts.conflictingTextOf(session.value)).toBeUndefined()
})

test('two messages sent in one breath are both in the journal until they are in the outbox', async () => {
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
  expect((await getOutbox()).map(message => message.text)).toEqual(['one', 'two'])
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
