import { AsyncLocalStorage } from 'node:async_hooks'
import type { SessionKey } from '../../../identity/sessionKey.ts'

/** Seconds that a lease, and with it the right to write, lasts from its taking, or from when it was last renewed. */
export const LEASE_S = 15

/** The right of one machine to write for a session, until another one has taken it: each taking counts the epoch up. */
export interface Fence {
  session: SessionKey
  machine: string
  epoch: number
}

/** What was to be written is not: another machine has the session by now, or may have. */
export class LeaseLost extends Error {
  /** The right that does not hold. */
  readonly fence: Fence

  constructor(fence: Fence) {
    super('another machine works on this session by now')
    this.name = 'LeaseLost'
    this.fence = fence
  }
}

const fences = new AsyncLocalStorage<Fence>()

/**
 * Does the work with the right to write for a session. Every statement that it makes, and whatever begins in it, checks
 * the right in its own transaction: no write of a turn can be forgotten, and none comes late. @throws `LeaseLost`
 */
export const fenced = <Result>(fence: Fence, work: () => Result): Result => fences.run(fence, work)

/** Does what belongs to no session, whatever it is that asks for it. */
export const unfenced = <Result>(work: () => Result): Result => fences.exit(work)

/** With what right the work at hand writes; undefined where it needs none. */
export const currentFence = (): Fence | undefined => fences.getStore()
