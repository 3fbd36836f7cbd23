import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { nextTick } from 'vue'
import MessageInput from '../../src/client/components/composer/MessageInput.vue'
import { useDraftsStore } from '../../src/client/stores/drafts.ts'
import { useDataStore } from '../../src/client/stores/data.ts'
import { useOutboxStore } from '../../src/client/stores/outbox.ts'
import { ENTER } from '../../src/client/utils/device/choices.ts'
import { png, text as textFile } from '../helpers/files.ts'
import { until } from '../helpers/eventually.ts'

enableAutoUnmount(afterEach) // what is still being prepared at a test's end is drawn nowhere

let session = ''
const write = (message: string) => useDraftsStore().setText(session, message)
const sent = () => useOutboxStore().ofSession(session).map(({ text }) => text)

beforeEach(() => {
  session = crypto.randomUUID()
  setActivePinia(createPinia())
})

async function openComposer(touch = false, mixin = {}) {
  vi.spyOn(globalThis, 'matchMedia').mockReturnValue({ matches: touch } as MediaQueryList)
  await useDraftsStore().start()
  const wrapper = mount(MessageInput, { props: { sessionId: session, running: false }, attachTo: document.body, global: { mixins: [mixin] } })
  return { wrapper, field: wrapper.get('textarea'), names: () => useDataStore().attachmentsOf(session).map(({ name }) => name) }
}

test('Enter sends, and Shift with Enter does not', async () => {
  const { field } = await openComposer()
  write('hello')

  await field.trigger('keydown', { key: 'Enter', shiftKey: true })
  await flushPromises()
  expect(sent()).toEqual([])
  await field.trigger('keydown', { key: 'Enter' })
  await until(() => expect(sent()).toEqual(['hello']))
})

test('where Enter begins a new line, Ctrl with Enter sends, and the button says so', async () => {
  const { wrapper, field } = await openComposer()
  onTestFinished(() => ENTER.choose('sends'))
  ENTER.choose('breaks') // in the settings, while this is open
  write('hello')
  await nextTick()
  expect(wrapper.get('button[aria-label="Send"]').attributes('title')).toBe('Send (Ctrl+Enter)')

  const event = new KeyboardEvent('keydown', { key: 'Enter', cancelable: true })
  field.element.dispatchEvent(event)
  await flushPromises()
  expect(event.defaultPrevented).toBe(false)
  expect(sent()).toEqual([])
  await field.trigger('keydown', { key: 'Enter', ctrlKey: true })
  await until(() => expect(sent()).toEqual(['hello']))
})

test('a letter draws nothing anew, and what comes from elsewhere is shown', async () => {
  let drawn = 0
  const { field } = await openComposer(false, { updated: () => { drawn++ } })
  vi.useFakeTimers({ toFake: ['setTimeout'] }) // it is not saved meanwhile, which is said beside it
  onTestFinished(() => void vi.useRealTimers())
  await field.setValue('h')
  const before = drawn

  await field.setValue('he')
  expect(useDraftsStore().textOf(session)).toBe('he')
  expect(drawn).toBe(before)

  write('from elsewhere')
  await nextTick()
  expect(field.element.value).toBe('from elsewhere')
  write('he')
  await nextTick()
  expect(field.element.value).toBe('he')
})

test('Enter that ends an IME composition does not send', async () => {
  const { field } = await openComposer()
  write('にほん')

  await field.trigger('keydown', { key: 'Enter', isComposing: true })
  await field.trigger('keydown', { key: 'Enter', keyCode: 229 })
  await flushPromises()

  expect(sent()).toEqual([])
  expect(field.element.value).toBe('にほん')
})

test('a held Enter sends once, and never again when the composer is free', async () => {
  const { field } = await openComposer()
  write('hello')

  await field.trigger('keydown', { key: 'Enter', repeat: true })
  await flushPromises()
  expect(sent()).toEqual([])
  await field.trigger('keydown', { key: 'Enter' })
  await field.trigger('keydown', { key: 'Enter', repeat: true })
  await until(() => expect(sent()).toEqual(['hello']))
  write('next')
  await field.trigger('keydown', { key: 'Enter', repeat: true })
  await flushPromises()
  expect(sent()).toEqual(['hello'])
})

test('on touch Enter breaks the line', async () => {
  const { field } = await openComposer(true)
  write('hello')

  const event = new KeyboardEvent('keydown', { key: 'Enter', cancelable: true })
  field.element.dispatchEvent(event)
  await flushPromises()

  expect(event.defaultPrevented).toBe(false)
  expect(sent()).toEqual([])
})

test('nothing to send, or white space only, cannot be sent', async () => {
  const { wrapper } = await openComposer()
  const send = wrapper.get('button[aria-label="Send"]')

  expect(send.attributes('disabled')).toBeDefined()
  write('  \n ')
  await nextTick()
  expect(send.attributes('disabled')).toBeDefined()
  write('a')
  await nextTick()
  expect(send.attributes('disabled')).toBeUndefined()
})

test('files alone can be sent, once they are ready', async () => {
  const { wrapper } = await openComposer()
  const send = wrapper.get('button[aria-label="Send"]')

  const adding = useDataStore().addAttachment(session, png('only.png'))
  await nextTick()
  expect(send.attributes('disabled')).toBeDefined()
  await adding
  await nextTick()
  expect(send.attributes('disabled')).toBeUndefined()
})

test('while a message is on its way the next one can be written', async () => {
  const { field } = await openComposer()
  write('hello')
  await field.trigger('keydown', { key: 'Enter' })
  await until(() => expect(field.element.value).toBe(''))

  await field.setValue('and another thing')
  await until(() => expect(sent()).toEqual(['hello']))

  expect(field.attributes('readonly')).toBeUndefined()
  expect(field.element.value).toBe('and another thing')
})

test('a pasted screenshot is attached under a readable name, and two of them under two', async () => {
  const { field, names } = await openComposer()

  await paste(field.element, [png('image.png'), png('image.png', 2), png('mine.png')])

  await until(() => expect(names()).toEqual([
    expect.stringMatching(/^Pasted image \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$/),
    expect.stringMatching(/^Pasted image .* \(2\)\.png$/),
    'mine.png',
  ]))
})

test('a clipboard with text too is pasted as text', async () => {
  const { field, names } = await openComposer()

  const event = await paste(field.element, [png('image.png')], ['text/plain', 'Files'])

  expect(event.defaultPrevented).toBe(false)
  expect(names()).toEqual([])
})

test('the same file can be picked twice in a row', async () => {
  const { wrapper, names } = await openComposer()
  const input = wrapper.get<HTMLInputElement>('input[type=file]')
  const pick = async () => {
    Object.defineProperty(input.element, 'files', { value: [textFile('same.txt')], configurable: true })
    const reset = vi.spyOn(input.element, 'value', 'set')
    await input.trigger('change')
    expect(reset).toHaveBeenCalledWith('')
  }

  await pick()
  await pick()

  await until(() => expect(names()).toEqual(['same.txt', 'same.txt']))
})

async function paste(field: HTMLElement, files: File[], types = ['Files']) {
  const event = new Event('paste', { bubbles: true, cancelable: true })
  const items = files.map(file => ({ kind: 'file', getAsFile: () => file }))
  Object.assign(event, { clipboardData: { types, items, files, getData: () => types.includes('text/plain') ? 'words' : '' } })
  field.dispatchEvent(event)
  await nextTick()
  return event
}
