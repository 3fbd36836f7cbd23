import type { FastifyBaseLogger } from 'fastify'
import { setTimeout as pause } from 'node:timers/promises'
import { keyText, type SessionKey } from '../../identity/sessionKey.ts'
import type { Database } from '../../storage/database/database.ts'
import { findAbandoned } from './leaseRows.ts'
import type { Leases } from './leases.ts'

/** Milliseconds between two looks. A lease lasts for 15 seconds: nobody waits longer than 30. */
const LOOK_MS = 2000
/** Sessions that are being taken up at the same time. */
const AT_ONCE = 20

interface TakeoverDeps { database: Database, leases: Pick<Leases, 'enter'>, log: Pick<FastifyBaseLogger, 'warn'> }

/** Takes up the sessions that nobody works on though something waits there: their machine has ended, is frozen or cut off. @returns how to end that */
export function takeOverAbandoned({ database, leases, log }: TakeoverDeps): () => Promise<void> {
  /** Whether each could be taken, by this machine or another one. */
  const underWay = new Map<string, Promise<boolean>>()
  let isOver = false
  let looking: Promise<void> | undefined

  const warn = (error: unknown) => log.warn(error, 'it is not known whether a session was left by its machine; this is tried again')

  async function takeUp(session: SessionKey): Promise<boolean> {
    try {
      const entered = await leases.enter(session) // which takes up what was left
      if (entered.elsewhere === undefined)
        entered.leave()
      return true
    }
    catch (error) {
      warn(error)
      return false
    }
    finally {
      underWay.delete(keyText(session))
    }
  }

  function begin(session: SessionKey): Promise<boolean> {
    const taking = takeUp(session)
    underWay.set(keyText(session), taking)
    return taking
  }

  /** Each by itself: one that cannot be taken, or takes long, keeps no other one waiting. @returns whether there may be more */
  async function look(): Promise<boolean> {
    const found = await findAbandoned(database, AT_ONCE)
    if (isOver)
      return false
    const taken = found.filter(session => !underWay.has(keyText(session))).slice(0, AT_ONCE - underWay.size).map(begin)
    const late = pause(LOOK_MS, [false], { ref: false })
    return (await Promise.race([Promise.all(taken), late])).includes(true) && found.length === AT_ONCE
  }

  const lookOnce = () => {
    looking ??= look()
      .catch(warn)
      .then((isMore) => {
        looking = undefined
        if (isMore === true && !isOver)
          lookOnce()
      })
  }
  const timer = setInterval(lookOnce, LOOK_MS).unref()
  lookOnce()
  return async () => {
    isOver = true
    clearInterval(timer)
    await looking
    await Promise.all(underWay.values())
  }
}
