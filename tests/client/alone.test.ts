import { afterEach, expect, test, vi } from 'vitest'
import { exclusively } from '../../src/client/stores/tabs/withTabLock.ts'
import { endLease, takeLease } from '../../src/client/utils/storage/leaseStorage.ts'
import { eventually } from '../helpers/eventually.ts'

afterEach(() => vi.useRealTimers())

/** Work that a test ends. */
function work() {
  let end = () => {}
  const run = vi.fn(() => new Promise<void>((resolve) => { end = resolve }))
  return { run, end: () => end() }
}

// This environment has no Web Locks: as on plain http in a LAN.
test('without Web Locks, too, only one tab works at a time, and the other one follows', async () => {
  const signal = new AbortController().signal
  const [first, second] = [work(), work()]

  const one = exclusively('outbox', { signal, tab: 'one' }, first.run)
  await eventually(() => first.run).toHaveBeenCalled()
  const two = exclusively('outbox', { signal, tab: 'two' }, second.run)
  await expect(takeLease('outbox', 'two', 10_000)).resolves.toBe(false)
  expect(second.run).not.toHaveBeenCalled()
  first.end()
  await one

  await eventually(() => second.run).toHaveBeenCalled()
  second.end()
  await two
})

test('other work is not waited for', async () => {
  const signal = new AbortController().signal
  const [first, second] = [work(), work()]
  const one = exclusively('session a', { signal, tab: 'one' }, first.run)
  const two = exclusively('session b', { signal, tab: 'two' }, second.run)

  await eventually(() => second.run).toHaveBeenCalled()
  first.end()
  second.end()
  await Promise.all([one, two])
})

test('who does not want to wait any more does not work', async () => {
  expect(await takeLease('outbox', 'another', 10_000)).toBe(true)
  const giveUp = new AbortController()
  const mine = work()

  const waiting = exclusively('outbox', { signal: giveUp.signal, tab: 'mine' }, mine.run)
  giveUp.abort()
  await waiting

  expect(mine.run).not.toHaveBeenCalled()
})

test('a tab that died holds nobody up for longer than its lease', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 })
  await takeLease('outbox', 'dead', 10_000)

  vi.setSystemTime(9999)
  expect(await takeLease('outbox', 'alive', 10_000)).toBe(false)
  vi.setSystemTime(10_000)
  expect(await takeLease('outbox', 'alive', 10_000)).toBe(true)
})

test('only who holds a lease can end it, and a clock that was set back does not hold it for ever', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 })
  await takeLease('outbox', 'one', 10_000)
  await endLease('outbox', 'two')
  expect(await takeLease('outbox', 'two', 10_000)).toBe(false)

  vi.setSystemTime(0)
  expect(await takeLease('outbox', 'two', 10_000)).toBe(true)
})
