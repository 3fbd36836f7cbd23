// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { effectScope, nextTick, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useAnnouncements } from '../../src/client/composables/session/useAnnouncements.ts'
import type { HistoryItem } from '../../src/client/stores/history/historyItem.ts'
import { messageItem } from '../helpers/views.ts'

const answer = (more: Partial<HistoryItem>) => messageItem({ role: 'assistant', status: 'running', text: '', ...more })

/** A session as it is shown, and everything that was said of it, in order. */
function listen(items: HistoryItem[] = [], loaded = true) {
  const shown = ref(items)
  const isLoaded = shallowRef(loaded)
  const said: string[] = []
  effectScope().run(() => {
    const announcement = useAnnouncements(shown, isLoaded)
    onScopeDispose(watch(announcement, text => said.push(text), { immediate: true, flush: 'post' }))
  })
  return { shown, isLoaded, said: () => said.filter(Boolean) }
}

test('a growing answer is told twice: that it began, and once what it says', async () => {
  const { shown, said } = listen()
  shown.value = [answer({ id: 'a' })]
  await nextTick()
  for (const word of ['The ', '**answer** ', 'is `42`.']) {
    shown.value[0]!.text += word
    await nextTick()
  }
  Object.assign(shown.value[0]!, { status: 'complete' })
  await nextTick()

  expect(said()).toEqual(['The agent is answering.', 'The agent answered: The answer is 42.'])
})

test('of a long answer the beginning is told, up to the end of a word', async () => {
  const { shown, said } = listen([answer({ id: 'a' })])
  shown.value = [answer({ id: 'a', status: 'complete', text: 'words '.repeat(10_000) })]
  await nextTick()

  expect(said().at(-1)).toMatch(/^The agent answered: (words )+words…$/)
  expect(said().at(-1)!.length).toBeLessThan(700)
})

test('an answer that came between two looks is told, one that was there already is not', async () => {
  const old = answer({ id: 'old', status: 'complete', text: 'Old.' })
  const { shown, isLoaded, said } = listen([], false)
  shown.value = [old]
  isLoaded.value = true
  await nextTick()
  expect(said()).toEqual([])

  shown.value = [old, answer({ id: 'new', status: 'complete', text: 'New.' })]
  await nextTick()
  shown.value = [answer({ id: 'older', status: 'complete', text: 'Older.' }), ...shown.value]
  await nextTick()

  expect(said()).toEqual(['The agent answered: New.'])
})

test('that an answer was stopped, or could not be given, is told', async () => {
  const { shown, said } = listen([answer({ id: 'a' })])
  shown.value = [answer({ id: 'a', status: 'cancelled', text: 'I was' })]
  await nextTick()
  shown.value = [answer({ id: 'b', status: 'failed', problem: 'The line was cut.' })]
  await nextTick()

  expect(said()).toEqual(['The agent is answering.', 'The answer was stopped. I was', 'The agent could not answer. The line was cut.'])
})
