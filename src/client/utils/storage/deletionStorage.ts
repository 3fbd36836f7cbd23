import { transact, type Scope } from './draftDatabase.ts'
import type { Deletion } from './draftSchema.ts'

/* What is to be deleted on the server. It lies among the leases, which hold nothing that a person wrote: the lock is not asked. */

const scope = (mode: Scope['mode']): Scope => ({ stores: ['leases'], mode, durability: 'strict', isOpen: true })
const nameOf = (id: string) => `deletion ${id}`

/** Until it was carried out, whatever becomes of the tab. */
export function saveDeletion(deletion: Deletion): Promise<void> {
  return transact(scope('readwrite'), async (tx) => {
    await tx.objectStore('leases').put({ tab: '', until: 0, deletion }, nameOf(deletion.id))
  })
}

export function forgetDeletion(id: string): Promise<void> {
  return transact(scope('readwrite'), tx => tx.objectStore('leases').delete(nameOf(id)))
}

/** Those of all tabs, also of tabs that are gone. */
export function getDeletions(): Promise<Deletion[]> {
  return transact(scope('readonly'), async tx => (await tx.objectStore('leases').getAll()).flatMap(({ deletion }) => deletion ?? []))
}
