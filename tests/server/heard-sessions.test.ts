import { expect, test } from 'vitest'
import { createHeard } from '../../src/server/events/heard.ts'
import { createKeptEvents } from '../../src/server/events/keptEvents.ts'
import { createLive } from '../../src/server/events/live.ts'

const session = (id: number) => ({ tenant: 'default', id: `s${id}` })

/** What a server knows of the sessions of others, of so few that a test can go beyond it. */
function hearing() {
  const kept = createKeptEvents()
  const heard = createHeard({ live: createLive(), kept }, { sessions: 3, epochs: 6 })
  const take = (of: number, { epoch = 2, id = 1, previous = null as number | null } = {}) =>
    heard.take({ type: 'event', session: session(of), epoch, id, previous, kind: 'turn_failed', json: JSON.stringify({ type: 'turn_failed', session_id: `s${of}` }) })
  return { heard, take }
}

test('a server that hears of ever more sessions of others forgets those in which nothing happened for the longest time', () => {
  const { heard, take } = hearing()
  for (const of of [1, 2, 3])
    take(of)
  take(1, { id: 2, previous: 1 })
  take(4)

  expect([1, 2, 3, 4].map(of => heard.lastOf(session(of)))).toEqual([2, undefined, 1, 1])
})

test('what comes too late for a session is dropped also where nothing else of that session is known any more', () => {
  const { heard, take } = hearing()
  for (const of of [1, 2, 3, 4, 5])
    take(of)

  expect(heard.lastOf(session(1))).toBeUndefined()
  expect(take(1, { epoch: 1, id: 9 })).toBe(false)
  expect(take(1, { epoch: 2, id: 2, previous: 1 })).toBe(true)
})

test('how far the least lately heard ones of very many sessions had come is forgotten as well', () => {
  const { take } = hearing()
  for (const of of [1, 2, 3, 4, 5, 6, 7])
    take(of)

  expect(take(2, { epoch: 1, id: 9 })).toBe(false)
  expect(take(1, { epoch: 1, id: 9 })).toBe(true)
})
