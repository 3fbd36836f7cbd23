// @vitest-environment happy-dom
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import ConfirmDialog from '../../src/client/components/ConfirmDialog.vue'
import ConnectionStatus from '../../src/client/components/ConnectionStatus.vue'
import NoticeList from '../../src/client/components/NoticeList.vue'

afterEach(() => {
  vi.useRealTimers()
  document.body.replaceChildren()
})

const refusal = { id: '1', text: 'a.zip cannot be attached.', tone: 'danger' } as const
const remark = { id: '2', text: 'Many files make answers slower.', tone: 'warning' } as const
const news = { id: '3', text: 'Open in another tab.', tone: 'neutral' } as const

test('what went wrong interrupts, what is good to know waits', () => {
  const list = mount(NoticeList, { props: { notices: [refusal, remark, news] } })

  expect(list.findAll('[role="alert"]').map(notice => notice.text())).toEqual([refusal.text, remark.text])
  expect(list.findAll('[role="status"]').map(notice => notice.text())).toEqual([news.text])
})

test('each notice can be dismissed on its own, and the keyboard goes on to the next', async () => {
  const list = mount(NoticeList, { props: { notices: [refusal, remark] }, attachTo: document.body })
  const [first] = list.findAll<HTMLElement>('button[aria-label="Dismiss"]')

  first!.element.focus()
  await first!.trigger('click')
  expect(list.emitted('dismiss')).toEqual([['1']])

  await list.setProps({ notices: [remark] })
  expect(document.activeElement).toBe(list.get('button').element)

  await list.setProps({ notices: [] })
  expect(list.emitted('emptied')).toHaveLength(1)
})

async function ask() {
  const dialog = mount(ConfirmDialog, {
    props: { open: false, title: 'Discard this draft?', text: 'Three files are deleted.', confirmLabel: 'Discard', tone: 'danger' },
    attachTo: document.body,
  })
  const opener = document.body.appendChild(document.createElement('button'))
  opener.focus()
  await dialog.setProps({ open: true })
  await flushPromises()
  const [no, yes] = dialog.findAll('sl-button')
  return { dialog, opener, no: no!, yes: yes! }
}

test('a question that costs something says what, and its safe answer comes first', async () => {
  const { dialog, no, yes } = await ask()
  const box = dialog.get<HTMLDialogElement>('[role="alertdialog"]')

  expect(box.element.open).toBe(true)
  expect(document.getElementById(box.attributes('aria-labelledby')!)?.textContent).toBe('Discard this draft?')
  expect(document.getElementById(box.attributes('aria-describedby')!)?.textContent).toBe('Three files are deleted.')
  expect([no.text(), yes.text()]).toEqual(['Cancel', 'Discard'])
  expect(document.activeElement).toBe(no.element)
})

test('only the button that says so confirms', async () => {
  const { dialog, no, yes } = await ask()

  await no.trigger('click')
  await dialog.get('dialog').trigger('cancel') // Escape
  expect(dialog.emitted('cancel')).toHaveLength(2)
  expect(dialog.emitted('confirm')).toBeUndefined()

  await yes.trigger('click')
  expect(dialog.emitted('confirm')).toHaveLength(1)
})

test('after the answer the focus is where it was', async () => {
  const { dialog, opener } = await ask()

  await dialog.setProps({ open: false })
  await flushPromises()

  expect(dialog.get<HTMLDialogElement>('dialog').element.open).toBe(false)
  expect(document.activeElement).toBe(opener)
})

const showConnection = (state: 'connecting' | 'open' | 'closed', retryAt?: number) => mount(ConnectionStatus, { props: { state, retryAt } })

test('a connection that is there takes no room', () => {
  const connection = showConnection('open')

  expect(connection.get('[role="status"][aria-label="Connection"]').text()).toBe('Connected')
  expect(connection.get('[role="status"]').classes()).toContain('visually-hidden')
})

test('a break shorter than a second is nobody\'s business', async () => {
  vi.useFakeTimers()
  const connection = showConnection('open')

  await connection.setProps({ state: 'closed' })
  await vi.advanceTimersByTimeAsync(900)
  expect(connection.text()).toBe('')

  await connection.setProps({ state: 'open' })
  await vi.advanceTimersByTimeAsync(2000)
  expect(connection.text()).toBe('Connected')
})

test('a longer one says what becomes of what is written, and can be ended at once', async () => {
  vi.useFakeTimers()
  const connection = showConnection('closed')
  await vi.advanceTimersByTimeAsync(1000)

  expect(connection.get('[role="status"]').text()).toBe('Offline')
  expect(connection.text()).toContain('What you write is kept on this device')
  await connection.get('sl-button').trigger('click')
  expect(connection.emitted('retry')).toHaveLength(1)

  await connection.setProps({ state: 'connecting' })
  await vi.advanceTimersByTimeAsync(200)
  expect(connection.get('[role="status"]').text()).toBe('Reconnecting')
})

test('when the next attempt comes is counted down', async () => {
  vi.useFakeTimers()
  const connection = showConnection('closed', Date.now() + 10_000)

  await vi.advanceTimersByTimeAsync(3000)

  expect(connection.text()).toContain('Next attempt in 7 s')
})
