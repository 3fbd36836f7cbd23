// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { createPinia } from 'pinia'
import { createMemoryHistory, createRouter } from 'vue-router'
import SessionTitle from '../../src/client/components/session/SessionTitle.vue'
import SessionsNav from '../../src/client/components/navigation/SessionsNav.vue'
import type { SessionEntry } from '../../src/client/stores/sessions/sessionEntry.ts'

enableAutoUnmount(afterEach)

afterEach(() => document.body.replaceChildren())

const entry = (title: string, more: Partial<SessionEntry> = {}): SessionEntry =>
  ({ id: title.toLowerCase(), title, hasDraft: false, local: false, running: false, asking: false, updatedAt: 0, ...more })

async function show(sessions: SessionEntry[], currentId?: string) {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { render: () => null } }] })
  const nav = mount(SessionsNav, { props: { sessions, currentId }, global: { plugins: [router, createPinia()] }, attachTo: document.body })
  await vi.dynamicImportSettled()
  await flushPromises()
  return nav
}

test('every session has a link to its own address, in the order given', async () => {
  const links = (await show([entry('B'), entry('A')])).findAll('nav[aria-label="Sessions"] a')

  expect(links.map(link => [link.text(), link.attributes('href')])).toEqual([['B', '/session/b'], ['A', '/session/a']])
})

test('the session that is open is marked, and no other', async () => {
  const links = (await show([entry('A'), entry('B')], 'b')).findAll('a')

  expect(links.map(link => link.attributes('aria-current'))).toEqual([undefined, 'page'])
})

test('unsent drafts and answering agents can be told from afar', async () => {
  const [draft, running, quiet] = (await show([entry('A', { hasDraft: true }), entry('B', { running: true }), entry('C')])).findAll('a')

  expect(draft!.text()).toContain('Draft')
  expect(running!.text()).toContain('Agent is answering')
  expect(quiet!.text()).toBe('C')
})

test('a session of which the server cannot save anything now says so instead of all else', async () => {
  const [unsaved, asking] = (await show([entry('A', { unsaved: true, running: true, asking: true }), entry('B', { asking: true })])).findAll('a')

  expect(unsaved!.text()).toBe('ANot saved yet')
  expect(unsaved!.get('[title]:not(.title)').attributes('title')).toBe('The server cannot save right now. It goes on by itself.')
  expect(asking!.text()).not.toContain('saved')
})

test('"New session" is there with and without sessions', async () => {
  const empty = await show([])
  expect(empty.text()).toContain('No sessions yet')

  await empty.get('button.create').trigger('click')

  expect(empty.get('button.create').text()).toContain('New session')
  expect(empty.emitted('create')).toHaveLength(1)
})

test('only what exists nowhere else can be discarded here, and only after asking the owner', async () => {
  const nav = await show([entry('Mine', { local: true, hasDraft: true }), entry('Sent')])

  const discards = nav.findAll('button').filter(button => button.attributes('aria-label')?.startsWith('Discard'))
  expect(discards.map(button => button.attributes('aria-label'))).toEqual(['Discard draft Mine'])
  await discards[0]!.trigger('click')
  expect(nav.emitted('discard')).toEqual([[expect.objectContaining({ id: 'mine' })]])
  expect(nav.findAll('a')).toHaveLength(2)
})

test('following a link tells the owner, who may close the drawer', async () => {
  const nav = await show([entry('A')])

  await nav.get('a').trigger('click')

  expect(nav.emitted('select')).toEqual([[expect.objectContaining({ id: 'a' })]])
})

const rename = async (title = 'Old title') => {
  const shown = mount(SessionTitle, { props: { title }, attachTo: document.body })
  await shown.get('[aria-label="Rename session"]').trigger('click')
  await flushPromises()
  return { shown, field: shown.get<HTMLInputElement>('input[aria-label="Session title"]') }
}
const onButton = () => document.activeElement?.getAttribute('aria-label') === 'Rename session'

test('the title is the heading of the session', () => {
  expect(mount(SessionTitle, { props: { title: 'Invoices' } }).get('h1').text()).toBe('Invoices')
})

test('Enter keeps the new title, and the focus is back on the button', async () => {
  const { shown, field } = await rename()
  expect(field.element.value).toBe('Old title')

  await field.setValue('  New title ')
  await field.trigger('keydown', { key: 'Enter' })
  await flushPromises()

  expect(shown.emitted('rename')).toEqual([['New title']])
  expect(onButton()).toBe(true)
})

test('Escape leaves the title as it was', async () => {
  const { shown, field } = await rename()

  await field.setValue('New title')
  await field.trigger('keydown', { key: 'Escape' })
  await flushPromises()

  expect(shown.emitted('rename')).toBeUndefined()
  expect(onButton()).toBe(true)
})

test('going elsewhere keeps the new title too, and does not take the focus back', async () => {
  const { shown, field } = await rename()
  const elsewhere = document.body.appendChild(document.createElement('textarea'))

  await field.setValue('New title')
  elsewhere.focus()
  await field.trigger('blur')
  await flushPromises()

  expect(shown.emitted('rename')).toEqual([['New title']])
  expect(document.activeElement).toBe(elsewhere)
})

test('Enter and Escape belong to the input method while it composes', async () => {
  const { shown, field } = await rename()

  await field.setValue('日本')
  await field.trigger('keydown', { key: 'Enter', isComposing: true })
  await field.trigger('keydown', { key: 'Enter', keyCode: 229 })
  await field.trigger('keydown', { key: 'Escape', isComposing: true })

  expect(shown.emitted('rename')).toBeUndefined()
  expect(shown.find('input').exists()).toBe(true)
})

test.each(['', '   ', 'Old title'])('a title of "%s" changes nothing', async (text) => {
  const { shown, field } = await rename()

  await field.setValue(text)
  await field.trigger('keydown', { key: 'Enter' })

  expect(shown.emitted('rename')).toBeUndefined()
  expect(shown.get('h1').text()).toBe('Old title')
})
