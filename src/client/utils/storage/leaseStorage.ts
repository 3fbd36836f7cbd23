import { transact } from './draftDatabase.ts'

/**
 * Takes or prolongs a lease that only one tab can hold.
 * @param milliseconds how long it holds if it is not prolonged
 * @returns false while another tab holds it
 */
export function takeLease(name: string, tab: string, milliseconds: number): Promise<boolean> {
  return transact({ stores: ['leases'], mode: 'readwrite' }, async (tx) => {
    const leases = tx.objectStore('leases')
    const held = await leases.get(name)
    const now = Date.now()
    // One that ends further ahead than any lease lasts was taken before the clock was set back.
    if (held && held.tab !== tab && held.until > now && held.until <= now + milliseconds)
      return false
    await leases.put({ tab, until: now + milliseconds }, name)
    return true
  })
}

export function endLease(name: string, tab: string): Promise<void> {
  return transact({ stores: ['leases'], mode: 'readwrite' }, async (tx) => {
    const leases = tx.objectStore('leases')
    if ((await leases.get(name))?.tab === tab)
      await leases.delete(name)
  })
}

/** The names of those that somebody holds now. */
export function heldLeases(): Promise<string[]> {
  return transact({ stores: ['leases'], mode: 'readonly' }, async (tx) => {
    const leases = tx.objectStore('leases')
    const [names, all] = await Promise.all([leases.getAllKeys(), leases.getAll()])
    return names.filter((_, i) => (all[i]?.until ?? 0) > Date.now())
  })
}
