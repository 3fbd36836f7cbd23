import { storageScope } from '../../utils/device/storageScope.ts'
import { pause } from '../../utils/timing/pause.ts'
import { uuid } from '../../../shared/uuid.ts'
import { endLease, heldLeases, takeLease } from '../../utils/storage/leaseStorage.ts'

/** Milliseconds: how long a tab that died still holds what it held, and how often a living one says so. */
const LEASE = 10_000
const RENEWAL = 3000
const RETRY = 1000

/**
 * Runs `work` in one tab of this browser at a time; the others wait until it is done.
 * @param signal gives up waiting; work that has begun ends by itself
 * @param tab names this tab
 */
export async function withTabLock(name: string, { signal, tab }: { signal: AbortSignal, tab: string }, work: () => Promise<void>): Promise<void> {
  try {
    if (locks())
      await navigator.locks.request(lockName(name), { signal }, work)
    else
      await withLease(name, signal, tab, work)
  }
  catch (error) {
    if (!signal.aborted)
      throw error
  }
}

/**
 * Runs `work` as `withTabLock` does, but only where nobody is at it just now.
 * @returns false where somebody is, in this tab or another: then nothing was done
 */
export async function withTabLockNow(name: string, tab: string, work: () => Promise<void>): Promise<boolean> {
  if (locks())
    return navigator.locks.request(lockName(name), { ifAvailable: true }, lock => lock ? work().then(() => true) : false)
  const owner = ownerIn(tab)
  if (!await holds(name, owner))
    return false
  await renewing(name, owner, work)
  return true
}

/** What `withTabLock` is running just now in any tab of this browser. */
export async function heldNames(): Promise<string[]> {
  if (!locks())
    return heldLeases()
  const { held = [] } = await navigator.locks.query()
  const ours = lockName('')
  return held.flatMap(({ name = '' }) => name.startsWith(ours) ? [name.slice(ours.length)] : [])
}

/** Resolves when nobody is at it any more, also where a tab died over it. */
export async function whenFree(name: string): Promise<void> {
  if (locks())
    return navigator.locks.request(lockName(name), { mode: 'shared' }, () => undefined)
  const never = new AbortController().signal
  while ((await heldLeases()).includes(name))
    await pause(RETRY, never)
}

/** Web Locks need https or localhost; on plain http in a LAN a lease in the database takes their place. */
const locks = () => globalThis.navigator?.locks
const lockName = (name: string) => `${storageScope()} ${name}`

/** Each taking has its own, so that a tab does not hold something twice at a time. */
const ownerIn = (tab: string) => `${tab} ${uuid()}`

async function withLease(name: string, signal: AbortSignal, tab: string, work: () => Promise<void>) {
  const owner = ownerIn(tab)
  while (!await holds(name, owner)) {
    await pause(RETRY, signal)
    signal.throwIfAborted()
  }
  await renewing(name, owner, work)
}

async function renewing(name: string, owner: string, work: () => Promise<void>) {
  const renewal = setInterval(() => void holds(name, owner), RENEWAL) // which never rejects
  try {
    await work()
  }
  finally {
    clearInterval(renewal)
    await endLease(name, owner).catch(logUnstored)
  }
}

/** Without a database there is nothing that two tabs could share. */
const holds = (name: string, tab: string) => takeLease(name, tab, LEASE).catch((error: unknown) => {
  logUnstored(error)
  return true
})

function logUnstored(error: unknown) {
  console.warn('The tabs of this browser cannot agree on who sends; the server keeps one of each message.', error)
}
