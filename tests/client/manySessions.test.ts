import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { effectScope, watch } from 'vue'
import { useShortcuts } from '../../src/client/composables/keyboard/useShortcuts.ts'
import { useDraftsStore } from '../../src/client/stores/drafts.ts'
import { useSessionsStore } from '../../src/client/stores/sessions.ts'
import { useUnsentCount } from '../../src/client/composables/drafts/useUnsentCount.ts'
import type { Session } from '../../src/shared/protocol/session.ts'

const known = (i: number): Session => {
  const at = new Date(Date.UTC(2026, 0, 1) - i * 60_000).toISOString()
  return { id: `s${i}`, projectId: 'default', title: `Session ${i}`, createdAt: at, updatedAt: at, running: false, asking: false, model: null, effort: null, usage: null, mediaCount: 0, attachmentCount: 0, lastMessage: null }
}

beforeEach(() => setActivePinia(createPinia()))

function open() {
  const sessions = useSessionsStore()
  for (let i = 0; i < 1500; i++)
    sessions.update(known(i))
  let drawn = 0
  watch(() => sessions.entries, () => { drawn++ }, { flush: 'sync' })
  return { sessions, drafts: useDraftsStore(), unsent: useUnsentCount(), drawn: () => drawn }
}

test('a key pressed in one of 1,500 sessions changes nothing in the list of them', () => {
  const { sessions, drafts, unsent, drawn } = open()
  drafts.setText('s7', 'h')
  const before = sessions.entries
  const changes = drawn()

  for (const text of ['he', 'hel', 'hell', 'hello'])
    drafts.setText('s7', text)

  expect(sessions.entries).toBe(before)
  expect(drawn()).toBe(changes)
  expect(unsent.value).toBe(1)
})

test('a draft that begins, or gets its name, changes its own line alone', () => {
  const { sessions, drafts, unsent } = open()
  const before = new Set(sessions.entries)

  drafts.setText('s7', 'h')
  drafts.setText('new', 'a session without a name')

  const changed = sessions.entries.filter(entry => !before.has(entry))
  expect(new Map(changed.map(({ id, title }) => [id, title]))).toEqual(new Map([['s7', 'Session 7'], ['new', 'a session without a name']]))
  expect(sessions.entries).toHaveLength(1501)
  expect(unsent.value).toBe(2)

  drafts.setText('s7', '')
  sessions.update({ ...known(9), title: 'Another name' })
  expect(sessions.entries.find(({ id }) => id === 's7')?.hasDraft).toBe(false)
  expect(sessions.entries.find(({ id }) => id === 's9')?.title).toBe('Another name')
  sessions.remove('s9')
  expect(sessions.entries).toHaveLength(1500)
})

test('a letter that is typed makes nothing look through the whole page, and a shortcut still does nothing under a dialog', () => {
  const pressed: string[] = []
  const does = (id: string) => () => Boolean(pressed.push(id))
  const scope = effectScope()
  onTestFinished(() => scope.stop())
  scope.run(() => useShortcuts({ search: does('search'), new: does('new'), previous: does('previous'), next: does('next'), stop: does('stop'), copy: does('copy'), edit: does('edit'), keyboard: does('keyboard'), write: does('write') }))
  document.body.innerHTML = '<textarea></textarea>'
  const field = document.querySelector('textarea')!
  field.focus()
  const looked = vi.spyOn(document, 'querySelector')
  const press = (key: string, init: KeyboardEventInit = {}) => field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, ...init }))

  press('h')
  expect(looked).not.toHaveBeenCalled()
  press('k', { ctrlKey: true })
  document.body.append(Object.assign(document.createElement('dialog'), { open: true }))
  press('k', { ctrlKey: true })
  expect(pressed).toEqual(['search'])
})
