// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import DaySeparator from '../../src/client/components/session/DaySeparator.vue'
import SessionItem from '../../src/client/components/session/SessionItem.vue'
import type { HistoryItem } from '../../src/client/stores/history.ts'
import { imageView, messageItem, textView } from '../helpers/views.ts'

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.useRealTimers())

const show = (more: Partial<HistoryItem>) => mount(SessionItem, { props: { item: messageItem(more) } })

test('each message is named after who wrote it', () => {
  expect(show({ role: 'user' }).get('article').attributes('aria-label')).toBe('You')
  expect(show({ role: 'assistant' }).get('article').attributes('aria-label')).toBe('Agent')
})

const WRITTEN = '  def __init__(self):\n\treturn 2 * 3 * 4\n2. 5.\n# no heading &amp; \\_ **this**'

test('what a person wrote is shown as it was written', () => {
  const message = show({ text: WRITTEN })

  expect(message.get('.words').element.textContent).toBe(WRITTEN)
  expect(message.find('strong, h1, ol, em').exists()).toBe(false)
})

test('an address in it can be followed, and changes nothing else', () => {
  const message = show({ text: 'see https://example.com/a_b_(c), and javascript:alert(1)' })

  expect(message.get('.words').element.textContent).toBe('see https://example.com/a_b_(c), and javascript:alert(1)')
  expect(message.findAll('a').map(link => link.attributes('href'))).toEqual(['https://example.com/a_b_(c'])
})

test('a long message is folded, and can be read as a whole', async () => {
  const lines = Array.from({ length: 400 }, (_, i) => `line ${i}`)
  const message = show({ text: lines.join('\n') })
  expect(message.get('.rest').attributes('hidden')).toBeDefined()
  expect(message.get('.rest').text()).toContain('line 399')

  await message.get('button[aria-expanded="false"]').trigger('click')

  expect(message.get('.words').element.textContent).toBe(lines.join('\n'))
  expect(message.get('button[aria-expanded="true"]').text()).toBe('Show less')
})

test('what the agent says is Markdown', async () => {
  const message = show({ role: 'assistant', text: 'look at **this**\nand that' })

  await expect.poll(() => message.find('strong').exists()).toBe(true)
  expect(message.findAll('br')).toHaveLength(1)
})

test('a message of files only is its files, not an empty bubble', () => {
  const message = show({ text: '', attachments: [imageView('one.png'), textView('two.txt')] })

  expect(message.findAll('li')).toHaveLength(2)
  expect(message.find('.text.markdown').exists()).toBe(false)
})

test('files in the history can be looked at, and stay', async () => {
  const message = show({ attachments: [imageView('one.png')] })

  await message.get('[aria-label="Preview one.png"]').trigger('click')

  expect(message.emitted('preview')).toEqual([[expect.objectContaining({ name: 'one.png' })]])
  expect(message.find('[aria-label="Remove one.png"]').exists()).toBe(false)
})

test('a message on its way says so, and no longer when it is there', async () => {
  const message = show({ status: 'sending' })
  expect(message.text()).toContain('Sending…')

  await message.setProps({ item: messageItem({ status: 'accepted' }) })
  expect(message.text()).not.toContain('Sending…')
})

test('an agent that has said nothing yet is thinking, until its first word', async () => {
  const message = show({ role: 'assistant', text: '', status: 'running' })
  expect(message.text()).toContain('Agent is thinking')

  await message.setProps({ item: messageItem({ role: 'assistant', text: 'Well', status: 'running' }) })
  expect(message.text()).not.toContain('Agent is thinking')
})

test('a turn that failed says why', () => {
  expect(show({ role: 'assistant', text: '', status: 'failed', problem: 'Image 2 is too large.' }).text()).toContain('Image 2 is too large.')
  expect(show({ role: 'assistant', text: '', status: 'failed' }).text()).toContain('The agent could not answer.')
})

test('what was stopped keeps what it said, and says that it was stopped', () => {
  const message = show({ role: 'assistant', text: 'I was about to', status: 'cancelled' })

  expect(message.text()).toContain('I was about to')
  expect(message.text()).toContain('Stopped')
})

test('when it was said is there for machines and people', () => {
  const createdAt = Date.parse('2026-11-16T09:05:00Z')

  expect(show({ createdAt }).get('time').attributes('datetime')).toBe('2026-11-16T09:05:00.000Z')
})

test('days are told as a person would: today, yesterday, and before that by date', () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 18, 0, 30) })
  const day = (date: Date) => mount(DaySeparator, { props: { date: date.getTime() } }).text()

  expect(day(new Date(2026, 10, 18, 0, 10))).toBe('Today')
  expect(day(new Date(2026, 10, 17, 23, 59))).toBe('Yesterday')
  expect(day(new Date(2026, 10, 16, 12, 0))).toMatch(/^Monday,? .*16.*2026$/)
})

test('in a tab left open overnight, today becomes yesterday', async () => {
  vi.useFakeTimers({ now: new Date(2026, 10, 18, 23, 59, 50) })
  const separator = mount(DaySeparator, { props: { date: Date.now() } })
  document.dispatchEvent(new Event('visibilitychange'))
  await nextTick()
  expect(separator.text()).toBe('Today')

  vi.setSystemTime(new Date(2026, 10, 19, 8, 0))
  document.dispatchEvent(new Event('visibilitychange'))
  await nextTick()
  expect(separator.text()).toBe('Yesterday')
})
