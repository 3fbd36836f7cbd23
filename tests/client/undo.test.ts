import { enableAutoUnmount, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import UndoOffers from '../../src/client/components/navigation/UndoOffers.vue'
import { useUndoStore } from '../../src/client/stores/undo.ts'

enableAutoUnmount(afterEach)

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
})

afterEach(() => {
  vi.useRealTimers()
  document.body.replaceChildren()
})

const nothing = () => Promise.resolve()
const OFFERED = 10_000

test('who points at one offer finds all of them where they were, and a new one with them, until they point elsewhere', async () => {
  const { offer } = useUndoStore()
  const offers = mount(UndoOffers, { attachTo: document.body })
  const texts = () => offers.findAll('p').map(text => text.text())
  offer('one', nothing)
  offer('two', nothing)
  await nextTick()

  await offers.trigger('pointerenter')
  offer('three', nothing)
  await vi.advanceTimersByTimeAsync(3 * OFFERED)
  expect(texts()).toEqual(['one', 'two', 'three'])

  await offers.trigger('pointerleave')
  await vi.advanceTimersByTimeAsync(OFFERED - 1)
  expect(texts()).toEqual(['one', 'two', 'three'])
  await vi.advanceTimersByTimeAsync(1)
  expect(texts()).toEqual([])
})

test('what could not be put back says so, for as long', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const { offer } = useUndoStore()
  const offers = mount(UndoOffers, { attachTo: document.body })
  offer('Draft discarded.', () => Promise.reject(new Error('no room')))
  await nextTick()

  await offers.get('sl-button').trigger('click')
  await vi.advanceTimersByTimeAsync(OFFERED - 1)
  expect(offers.text()).toBe('Draft discarded. It could not be put back: no room.')
  await vi.advanceTimersByTimeAsync(1)
  expect(offers.text()).toBe('')
})

test.each(['Undo', 'Dismiss'])('after %s the focus is where it was before', async (name) => {
  const field = document.body.appendChild(document.createElement('textarea'))
  const { offer } = useUndoStore()
  const offers = mount(UndoOffers, { attachTo: document.body })
  offer('one', nothing)
  offer('two', nothing)
  await nextTick()
  field.focus()

  // as a browser says it: this environment forgets where the focus came from
  const button = offers.findAll<HTMLElement>('button').at(-1)!
  button.element.focus()
  await button.trigger('focusin', { relatedTarget: field })
  await (name === 'Undo' ? offers.findAll('sl-button').at(-1)! : button).trigger('click')

  expect(document.activeElement).toBe(field)
  await vi.advanceTimersByTimeAsync(OFFERED)
  expect(offers.text()).toBe('')
})
