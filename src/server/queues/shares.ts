import type { ServerLimits } from '../config/serverLimits.ts'
import { refusal } from '../errors/problems.ts'
import { accountText, type Account } from '../identity/account.ts'
import { createApart } from './apart.ts'
import { createBudget, type Share } from './budget.ts'
import { createFairQueue } from './fairQueue.ts'

export type Shares = ReturnType<typeof createShares>

/** What each account holds of the server: its sockets, its unfinished frames, its large messages. */
export function createShares(limits: ServerLimits, hasAccounts: boolean) {
  // Without accounts all are the same one, and what holds for all holds for it.
  const sockets = createBudget({ all: limits.sockets, each: hasAccounts ? limits.socketsPerAccount : limits.sockets })
  const frames = createBudget({ all: limits.frameBytes, each: hasAccounts ? limits.frameBytesPerAccount : limits.frameBytes })
  const large = createFairQueue({ atOnce: limits.largeMessages, perKey: limits.largeMessagesPerAccount })
  const apart = createApart()

  return {
    subscriptionsPerSocket: limits.subscriptionsPerSocket,

    /** For a socket or a stream. @throws a 429 */
    takeSocket(account: Account): Share {
      const share = sockets.open(accountText(account))
      if (!share.resize(1))
        throw refusal(429, 'too_many_sockets', 'Too many connections are open. Close some tabs or programs, and try again.', { retryAfter: 10 })
      return share
    },

    /** Of bytes that have arrived and are not worked off. */
    openFrames: (account: Account): Share => frames.open(accountText(account)),

    /** Resolves when it is this account's turn to have a large message worked on, with how to end that. */
    async takeLarge(account: Account): Promise<() => void> {
      const end = await large.acquire(accountText(account))
      await apart()
      return end
    },

    /** For those who watch the server. */
    counts: () => ({ sockets: sockets.held, frameBytes: frames.held, largeRunning: large.running, largeWaiting: large.waiting }),
  }
}
