import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../../storage/database/database.ts'
import { findAbandoned } from './leaseRows.ts'
import type { Leases } from './leases.ts'

/** Milliseconds between two looks. A lease lasts for 15 seconds: nobody waits longer than 30. */
const LOOK_MS = 2000
const AT_ONCE = 20

/** Takes up the sessions that nobody works on though something waits there: their machine has ended, is frozen or cut off. @returns how to end that */
export function takeOverAbandoned({ database, leases, log }: { database: Database, leases: Leases, log: FastifyBaseLogger }): () => Promise<void> {
  let isOver = false
  let looking: Promise<void> | undefined

  async function look() {
    for (const session of await findAbandoned(database, AT_ONCE)) {
      if (isOver)
        return
      const entered = await leases.enter(session) // which takes up what was left
      if (entered.elsewhere === undefined)
        entered.leave()
    }
  }

  const lookOnce = () => {
    looking ??= look()
      .catch((error: unknown) => log.warn(error, 'it is not known whether a session was left by its machine; this is tried again'))
      .finally(() => { looking = undefined })
  }
  const timer = setInterval(lookOnce, LOOK_MS).unref()
  lookOnce()
  return async () => {
    isOver = true
    clearInterval(timer)
    await looking
  }
}
