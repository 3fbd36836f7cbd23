import { openedLock, setOpenedLock, type LockRecord, type OpenLock } from '../../locking/lockState.ts'
import { closeDraftStorage, LOCK, transact } from '../draftDatabase.ts'
import type { DraftTransaction, SealedStore } from '../draftSchema.ts'

/* The lock of this database, and how everything in it is sealed and opened again. */

/** Each of them: one that is missing here does not compile. */
const SEALED = Object.keys({
  draftMessages: true, draftSessions: true, draftMedias: true, draftThumbnails: true, draftRevisions: true, outbox: true, answers: true, intake: true,
} satisfies Record<SealedStore, true>) as SealedStore[]

/** Undefined where there is none. */
export async function readLock(): Promise<LockRecord | undefined> {
  // Past the seal: it is read to find out whether there is one.
  return transact({ stores: ['lock'], mode: 'readonly', isOpen: true }, tx => tx.objectStore('lock').get(LOCK))
}

/**
 * From now on everything is written as this lock says. On the disk when it resolves; what is there already follows with
 * `followLock`.
 */
export async function saveLock(lock: OpenLock): Promise<void> {
  await transact({ stores: ['lock'], mode: 'readwrite', durability: 'strict', isOpen: true }, async (tx) => {
    await tx.objectStore('lock').put(lock.record, LOCK)
  })
  setOpenedLock(lock)
  await closeDraftStorage() // who connects anew reads it
}

/**
 * Seals what is not sealed, or opens what is, one record at a time: each is whole before and after, so that this may
 * end at any moment, and goes on at the next start.
 * @returns how many there were
 */
export async function followLock(): Promise<number> {
  let count = 0
  for (const store of SEALED) {
    for (const key of await keysToChange(store)) {
      await transact({ stores: [store], mode: 'readwrite' }, tx => writeAgain(tx, store, key))
      count++
    }
  }
  return count
}

function keysToChange(store: SealedStore): Promise<string[]> {
  return transact({ stores: [store], mode: 'readonly' }, async (tx) => {
    const [all, sealed] = await Promise.all([tx.objectStore(store).getAllKeys(), tx.objectStore(store).index('sealed').getAllKeys()])
    const isSealed = new Set(sealed)
    return openedLock()?.record.state === 'on' ? all.filter(key => !isSealed.has(key)) : sealed
  })
}

/** What is read is open, and what is written is as the lock says. */
async function writeAgain(tx: DraftTransaction, name: SealedStore, key: string): Promise<void> {
  const store = tx.objectStore(name)
  const value = await store.get(key)
  if (value)
    await (store.keyPath === null ? store.put(value as never, key) : store.put(value as never))
}
