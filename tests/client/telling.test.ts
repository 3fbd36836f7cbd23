// @vitest-environment happy-dom
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import ConnectionStatus from '../../src/client/components/session/ConnectionStatus.vue'
import NoticeList from '../../src/client/components/ui/NoticeList.vue'

enableAutoUnmount(afterEach)

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

test('who ended it by keyboard goes on writing when the connection is back', async () => {
  vi.useFakeTimers()
  const connection = mount(ConnectionStatus, { props: { state: 'closed' }, attachTo: document.body })
  await vi.advanceTimersByTimeAsync(1000)
  const button = connection.get<HTMLElement>('sl-button').element
  button.tabIndex = 0 // as the real one, which is not loaded here
  button.focus()

  await connection.setProps({ state: 'open' })

  expect(connection.emitted('emptied')).toHaveLength(1)
})
