import { expect, test } from 'vitest'
import { createHeartbeat } from '../../src/client/utils/network/heartbeat.ts'

/** A line looked at every second, over whole seconds of a clock that a test turns. */
function openLine() {
  let now = 0
  const heartbeat = createHeartbeat(() => now)
  let unsent = 0
  return {
    heard: () => heartbeat.heard(),
    /** Hands bytes to the line. */
    queue(bytes: number) { unsent += bytes },
    /** What was found in each of the next seconds, `leaving` bytes of what was queued going in each. */
    watch(seconds: number, { leaving = 0, open = true } = {}) {
      return Array.from({ length: seconds }, () => {
        now += 1000
        unsent = Math.max(0, unsent - leaving)
        return heartbeat.check(open, unsent)
      })
    },
  }
}

test('a silent connection is asked, and dead within ten seconds if it does not answer', () => {
  const found = openLine().watch(10)

  expect(found.filter(word => word === 'ask')).toHaveLength(1)
  expect(found).toContain('dead')
})

test('a connection that answers lives on, and is asked again', () => {
  const line = openLine()

  for (let round = 0; round < 5; round++) {
    expect(line.watch(4)).toContain('ask')
    line.heard()
  }
})

test('a long message that is still leaving is not silence', () => {
  const line = openLine()
  line.queue(30_000_000)

  expect(line.watch(29, { leaving: 1_000_000 })).not.toContain('dead')
})

test('a slow connection gets longer to answer, because the question waits behind what it still carries', () => {
  const line = openLine()
  line.queue(1_000_000)
  line.watch(10, { leaving: 100_000 })

  expect(line.watch(30)).not.toContain('dead') // 4 MB at 100 kB/s
  expect(line.watch(60)).toContain('dead')
})

test('a connection that does not open is given up', () => {
  expect(openLine().watch(10, { open: false }).at(-1)).toBe('dead')
})
