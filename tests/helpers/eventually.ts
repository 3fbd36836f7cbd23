import { expect, vi } from 'vitest'
import { PATIENCE_MS } from './patience.ts'

/** `expect`, as soon as it holds. */
export const eventually = <Value>(read: () => Value, { interval = 10 } = {}) =>
  expect.poll(read, { timeout: PATIENCE_MS, interval })

/** Resolves as soon as it does not throw, with what it returns then. */
export const until = <Value>(attempt: () => Value | Promise<Value>): Promise<Value> =>
  vi.waitFor(attempt, { timeout: PATIENCE_MS })
