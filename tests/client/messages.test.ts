// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { defineComponent, h, nextTick, ref } from 'vue'
import DaySeparator from '../../src/client/components/session/DaySeparator.vue'
import SessionItem from '../../src/client/components/session/message/SessionItem.vue'
import { stretchesOf } from '../../src/client/stores/history/stretches.ts'
import { useOlderPages } from '../../src/client/composables/session/useOlderPages.ts'
import { useTurnStates } from '../../src/client/composables/session/useTurnStates.ts'
import { useSessionsStore } from '../../src/client/stores/sessions.ts'
import type { HistoryItem } from '../../src/client/stores/history/historyItem.ts'
import { imageView, messageItem, textView } from '../helpers/views.ts'

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.useRealTimers())

const show = (more: Partial<HistoryItem>) => mount(SessionItem, { props: { item: messageItem(more) } })

test('each message is named after who wrote it', () => {
  expect(show({ role: 'user' }).get('article').attributes('aria-label')).toBe('You')
  expect(show({ role: 'assistant' }).get('article').attributes('aria-label')).toBe('Agent')

  const ofAnother = show({ role: 'user', author: 'Ann <b>' })
  expect(ofAnother.get('article').attributes('aria-label')).toBe('Ann <b>')
  expect(ofAnother.get('.author').text()).toBe('Ann <b>')
})

test('under a message that is not answered yet it says that the server cannot save, as long as that is so', async () => {
  const sessions = useSessionsStore()
  const SENTENCE = 'The server cannot save right now. It goes on by itself.'
  const told = (unsaved?: true) => sessions.update({ id: 's1', projectId: 'p', title: 'One', createdAt: '', updatedAt: '', running: true, unsaved, asking: false, model: null, effort: null, usage: null, mediaCount: 0, attachmentCount: 0, lastMessage: null })
  told(true)
  const shown = (['accepted', 'running', 'complete'] as const).map(status => show({ role: 'user', status, sessionId: 's1' }))
  const answer = show({ role: 'assistant', status: 'running', sessionId: 's1' })
  const elsewhere = show({ role: 'user', status: 'running', sessionId: 's2' })
  const texts = () => [...shown, answer, elsewhere].map(message => message.text().includes(SENTENCE))

  expect(texts()).toEqual([true, true, false, false, false])
  expect(shown[0]!.findAll('[role=status]').map(status => status.text())).toContain(SENTENCE)
  told()
  await nextTick()
  expect(texts()).toEqual([false, false, false, false, false])
})

test('a message that the server could not take just now says why while it waits, and that it is sent again', async () => {
  vi.useFakeTimers()
  const waiting = show({ role: 'user', status: 'waiting', delay: 'The server cannot reach its storage at the moment. Nothing was saved.' })
  await vi.runAllTimersAsync()
  expect(waiting.text()).toContain('Waiting. The server cannot reach its storage at the moment. Nothing was saved. It is sent again by itself.')
})

test('who comes back to the start before the browser tells that they were away gets the older messages', async () => {
  let tell: (...intersecting: boolean[]) => void = () => {}
  vi.stubGlobal('IntersectionObserver', class {
    constructor(callback: IntersectionObserverCallback) {
      tell = (...all) => callback(all.map(isIntersecting => ({ isIntersecting }) as IntersectionObserverEntry), this as unknown as IntersectionObserver)
    }

    observe() {}
    unobserve() {}
    disconnect() {}
  })
  const loadOlder = vi.fn(() => Promise.resolve())
  const box = ref<HTMLElement | null>(null)
  mount(defineComponent(() => {
    useOlderPages({ box, start: box, firstKey: () => 'first', loadOlder })
    return () => h('div', { ref: box })
  }))
  vi.unstubAllGlobals()

  tell(true, false)
  expect(loadOlder).not.toHaveBeenCalled()
  tell(false, true)
  expect(loadOlder).toHaveBeenCalledTimes(1)
})

test('a message keeps its place in the document when older ones come, and when it is accepted', () => {
  const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => messageItem({ id: `m${from + i}`, sequence: from + i }))
  const placeOf = (items: HistoryItem[], id: string) => stretchesOf(items, 20).find(({ items }) => items.some(item => item.id === id))?.number
  const newest = numbered(160, 174)

  expect(placeOf([...numbered(110, 159), ...newest], 'm160')).toBe(placeOf(newest, 'm160'))
  expect(placeOf([...newest, messageItem({ id: 'm175' })], 'm175')).toBe(placeOf([...newest, ...numbered(175, 175)], 'm175'))

  const all = stretchesOf([...numbered(60, 174), messageItem({ id: 'm175' })], 20)
  expect(all.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(Array.from({ length: 116 }, (_, i) => `m${60 + i}`))
  expect(all.filter(({ far }) => !far).flatMap(({ items }) => items).length).toBeGreaterThanOrEqual(20)
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

test('a failure is told once: where the answer would be, with the button that asks again', async () => {
  const asked = show({ role: 'user', status: 'failed', text: 'hi' })
  expect(asked.text()).not.toContain('could not answer')
  expect(asked.text()).toContain('Sent')
  expect(show({ role: 'user', status: 'cancelled', text: 'hi' }).text()).not.toContain('Stopped')
  const answer = mount(SessionItem, { props: { item: messageItem({ role: 'assistant', status: 'failed', text: '', problem: 'It was cut off.' }), retryable: true } })

  await answer.get('sl-button').trigger('click')

  expect(answer.findAll('sl-button').map(button => button.text())).toEqual(['Retry'])
  expect(answer.emitted('retry')).toHaveLength(1)
})

test('what waits behind a running answer is queued, and what is being answered is not', () => {
  const items = [
    messageItem({ id: 'one', key: 'one', role: 'user', status: 'running' }),
    messageItem({ id: 'a1', key: 'a1', role: 'assistant', status: 'running', replyTo: 'one' }),
    messageItem({ id: 'two', key: 'two', role: 'user', status: 'accepted' }),
    messageItem({ id: 'three', key: 'three', role: 'user', status: 'accepted' }),
  ]
  const queued = (all: HistoryItem[]) => [...useTurnStates(() => all).queued.value]

  expect(queued(items)).toEqual(['two', 'three'])
  expect(queued(items.slice(2))).toEqual(['three'])
  expect(queued([])).toEqual([])
  expect(mount(SessionItem, { props: { item: items[2]!, queued: true } }).get('[role="status"]').attributes('aria-label')).toBe('Queued')
})

test('only the newest answer to a message can be asked for again, and not while that is under way', () => {
  const items = [
    messageItem({ id: 'one', key: 'one', role: 'user', status: 'failed' }),
    messageItem({ id: 'a1', key: 'a1', role: 'assistant', status: 'failed', replyTo: 'one' }),
    messageItem({ id: 'a2', key: 'a2', role: 'assistant', status: 'failed', replyTo: 'one' }),
  ]
  const retryable = (all: HistoryItem[]) => [...useTurnStates(() => all).retryable.value]

  expect(retryable(items)).toEqual(['a2'])
  expect(retryable([{ ...items[0]!, status: 'accepted' }, ...items.slice(1)])).toEqual([])
  expect(retryable(items.slice(1))).toEqual(['a2'])
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
