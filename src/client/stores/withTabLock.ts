import { storageScope } from '../utils/device/storageScope.ts'
import { pause } from '../utils/timing/pause.ts'
import { endLease, takeLease } from '../utils/storage/leaseStorage.ts'

/** Milliseconds: how long a tab that died still holds what it held, and how often a living one says so. */
const LEASE = 10_000
const RENEWAL = 3000
const RETRY = 1000

/**
 * Runs `work` in one tab of this browser at a time; the others wait until it is done.
 * @param signal gives up waiting; work that has begun ends by itself
 * @param tab names this tab
 */
export async function exclusively(name: string, { signal, tab }: { signal: AbortSignal, tab: string }, work: () => Promise<void>): Promise<void> {
  try {
    if (globalThis.navigator?.locks)
      await navigator.locks.request(`${storageScope()} ${name}`, { signal }, work)
    else
      await withLease(name, signal, tab, work)
  }
  catch (error) {
    if (!signal.aborted)
      throw error
  }
}

/** Web Locks need https or localhost; on plain http in a LAN a lease in the database takes their place. */
async function withLease(name: string, signal: AbortSignal, tab: string, work: () => Promise<void>) {
  while (!await holds(name, tab)) {
    await pause(RETRY, signal)
    signal.throwIfAborted()
  }
  const renewal = setInterval(() => void holds(name, tab), RENEWAL)
  try {
    await work()
  }
  finally {
    clearInterval(renewal)
    await endLease(name, tab).catch(logUnstored)
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
