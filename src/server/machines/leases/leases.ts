import type { FastifyBaseLogger } from 'fastify'
import { setTimeout as pause } from 'node:timers/promises'
import { stopping } from '../../errors/stopping.ts'
import { keyText, type SessionKey } from '../../identity/sessionKey.ts'
import type { Database } from '../../storage/database/database.ts'
import { currentFence, fenced, unfenced, type Fence, type LeaseLost } from '../../storage/database/fence/fence.ts'
import { isGood, use, type Lease } from './lease.ts'
import { releaseLease, LEASE_MS, readHolder, renewLeases, takeLease } from './leaseRows.ts'

const RENEW_MS = 5000
const LOOK_MS = 1000
/** So long before its end nothing of the session runs any more, if the lease could not be renewed. */
const MARGIN_MS = 5000
/** A session in which nothing happens stays for a while: the next message needs no taking then. */
const LINGER_MS = 10_000
const AGAIN_MS = 50

export interface LeaseWork {
  /** Takes up what was left in the session. */
  onTaken: (session: SessionKey) => Promise<void>
  /** Ends whatever runs in it. */
  onLost: (session: SessionKey) => Promise<void>
  /** @returns the newest event's id; events are told here no more */
  onGivenBack: (session: SessionKey) => number | undefined
}

export type Entered = { fence: Fence, leave: () => void, elsewhere?: undefined } | { elsewhere: string }

export type Leases = ReturnType<typeof createLeases>

/** Which sessions this machine works on: no two machines work on one. */
export function createLeases({ database, machine, log }: { database: Database, machine: string, log: FastifyBaseLogger }, work: LeaseWork) {
  const held = new Map<string, Lease>()
  const taking = new Map<string, Promise<Lease | undefined>>()
  const timers: NodeJS.Timeout[] = []
  let isClosed = false

  /** Undefined where this machine, or what is at work here, may not tell or write anything for the session. */
  function findOwn(session: SessionKey): Lease | undefined {
    const [lease, fence] = [held.get(keyText(session)), currentFence()]
    const isOld = fence && keyText(fence.session) === keyText(session) && fence.epoch !== lease?.epoch
    return lease && isGood(lease) && !isOld ? lease : undefined
  }

  const fenceOf = ({ session, epoch }: Lease): Fence => ({ session, machine, epoch })

  async function take(session: SessionKey): Promise<Lease | undefined> {
    if (isClosed)
      throw stopping()
    const now = performance.now()
    const epoch = await unfenced(() => takeLease(database, machine, session))
    if (epoch === undefined)
      return undefined
    const lease: Lease = { session, epoch, validUntil: now + LEASE_MS, uses: 0, idleSince: now, ready: Promise.resolve() }
    held.set(keyText(session), lease)
    lease.ready = fenced(fenceOf(lease), () => work.onTaken(session))
    await lease.ready.catch(async (error: unknown) => {
      await lose(lease)
      throw error
    })
    return lease
  }

  function takeOnce(session: SessionKey): Promise<Lease | undefined> {
    const key = keyText(session)
    const taken = taking.get(key) ?? take(session).finally(() => taking.delete(key))
    taking.set(key, taken)
    return taken
  }

  function end(lease: Lease, how: () => Promise<void>): Promise<void> {
    lease.ending ??= how().finally(() => {
      if (held.get(keyText(lease.session)) === lease)
        held.delete(keyText(lease.session))
    })
    return lease.ending
  }

  const lose = (lease: Lease) => end(lease, async () => {
    log.warn({ session: lease.session.id }, 'another machine may go on with a session: it is left')
    await work.onLost(lease.session).catch((error: unknown) => log.error(error, 'what ran in a session that was lost did not end')) // it can write nothing any more
    await unfenced(() => releaseLease(database, machine, lease, undefined)).catch(() => undefined) // it ends by itself
  })

  /** Where the database does not hear it, the lease ends by itself. */
  const release = (lease: Lease) => end(lease, async () => {
    const last = work.onGivenBack(lease.session)
    await unfenced(() => releaseLease(database, machine, lease, last ?? 'same')).catch((error: unknown) => log.warn(error, 'a lease was not given back'))
  })

  /** One that is over has ended here when this resolves. */
  async function findGood(session: SessionKey): Promise<Lease | undefined> {
    const lease = held.get(keyText(session))
    if (!lease || isGood(lease))
      return lease
    await lose(lease)
    return undefined
  }

  async function renew() {
    const now = performance.now()
    const kept = Array.from(held.values()).filter(lease => !lease.ending)
    const renewed = new Map((await renewLeases(database, machine, kept)).map(({ session, epoch }) => [keyText(session), epoch]))
    for (const lease of kept) {
      if (renewed.get(keyText(lease.session)) === lease.epoch)
        lease.validUntil = now + LEASE_MS
      else
        void lose(lease)
    }
  }

  function look() {
    const now = performance.now()
    for (const lease of held.values()) {
      if (!lease.ending && now > lease.validUntil - MARGIN_MS)
        void lose(lease)
      else if (!lease.ending && lease.uses === 0 && now > lease.idleSince + LINGER_MS)
        void release(lease)
    }
  }

  return {
    /** With the right to write for the session, until one leaves; or the machine that has it. Rejects where the database cannot be reached. */
    async enter(session: SessionKey): Promise<Entered> {
      for (;;) {
        const lease = await findGood(session) ?? await takeOnce(session)
        await lease?.ready
        if (lease && isGood(lease))
          return { fence: fenceOf(lease), leave: use(lease) }
        const elsewhere = await readHolder(database, session)
        if (elsewhere !== undefined && elsewhere !== machine)
          return { elsewhere }
        await pause(AGAIN_MS) // it ends just now
      }
    },

    /** The database says that a right does not hold, whatever is believed here: a failover may have brought it back to before the taking. */
    async believe({ fence: { session, epoch } }: LeaseLost): Promise<void> {
      const lease = held.get(keyText(session))
      if (lease?.epoch === epoch)
        await lose(lease)
    },

    /** The session stays here until one leaves. Undefined where it is another's by now, or was taken anew since the work at hand began. */
    keep(session: SessionKey): (() => void) | undefined {
      const lease = findOwn(session)
      return lease && use(lease)
    },

    epochOf: (session: SessionKey): number | undefined => findOwn(session)?.epoch,

    /** Whether it can still be the last that held the session, as it may where it was frozen for a while. */
    lasting(session: SessionKey): () => boolean {
      const lease = held.get(keyText(session))
      return () => lease !== undefined && performance.now() < lease.validUntil
    },

    held: (): SessionKey[] => Array.from(held.values()).filter(isGood).map(({ session }) => session),

    start() {
      timers.push(setInterval(() => void renew().catch((error: unknown) => log.warn(error, 'leases were not renewed')), RENEW_MS), setInterval(look, LOOK_MS))
      timers.forEach(timer => timer.unref())
    },

    /** When nothing of any session runs: others may go on at once. None is taken any more, which nobody would give back. */
    async close() {
      isClosed = true
      timers.forEach(timer => clearInterval(timer))
      await Promise.allSettled(taking.values())
      await Promise.all(Array.from(held.values(), release))
    },
  }
}
