import { expect } from 'vitest'

/** `expect`, as soon as it holds. Patient: it only ever waits for long where something is wrong, or the machine is busy. */
export const eventually = <Value>(read: () => Value, { timeout = 60_000, interval = 10 } = {}) =>
  expect.poll(read, { timeout, interval })
