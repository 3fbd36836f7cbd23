import { expect, test, vi } from 'vitest'
import { mount } from '@vue/test-utils'
import MessageInput from '../../src/client/components/composer/MessageInput.vue'
import * as journal from '../../src/client/utils/device/unloadJournal.ts'
import { getOutbox } from '../../src/client/utils/storage/outboxStorage.ts'
import { newSession, openTab } from '../helpers/openTab.ts'

test('a page that goes in the moment of sending leaves the text in the journal, until it is in the outbox', async () => {
  const session = newSession()
  const { text, outbox } = await openTab(session)
  text.value = 'typed, Enter, gone'

  const moving = outbox.enqueue(session.value)
  expect(journal.getLastWords()).toMatchObject([{ sessionId: session.value, text: 'typed, Enter, gone', becoming: outbox.messages[0]!.id }])
  await moving

  expect(journal.getLastWords()).toEqual([])
})

test('a text in the journal whose message is in the outbox does not come again as a draft', async () => {
  const session = newSession()
  const { text, outbox } = await openTab(session)
  text.value = 'once'
  await outbox.enqueue(session.value)
  const [{ id } = { id: '' }] = await getOutbox()
  journal.keepLastWords({ sessionId: session.value, tab: 'gone', text: 'once', becoming: id })

  expect((await openTab(session)).text.value).toBe('')


  const other = newSession()
  journal.keepLastWords({ sessionId: other.value, tab: 'gone', text: 'never moved', becoming: crypto.randomUUID() })
  expect((await openTab(other)).text.value).toBe('never moved')
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
