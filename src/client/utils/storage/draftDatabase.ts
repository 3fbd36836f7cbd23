import { deleteDB, openDB, type IDBPDatabase, type StoreNames } from 'idb'
import { storageScope } from '../device/storageScope.ts'
import { openedLock, setOpenedLock, StorageLockedError, type LockRecord } from '../locking/lockState.ts'
import { loadPart } from '../network/loadPart.ts'
import type { Drafts, DraftTransaction } from './draftSchema.ts'
import { upgrade, VERSION } from './draftUpgrades.ts'

/** Why the database does not open: another tab is in the way, or this tab is the old one. */
export type StorageObstacle = 'blocked-by-older-tab' | 'newer-version-exists'

const obstacleListeners = new Set<(obstacle: StorageObstacle | undefined) => void>()
const lossListeners = new Set<() => void>()
/** As it lies in the database that is open. */
let lockRecord: LockRecord | undefined
/** The only key in its store. */
export const LOCK = 'lock'
/** `opened`, once it is: work on it begins at once, before the page draws what led to it. */
let connection: { opening: Promise<IDBPDatabase<Drafts>>, opened?: IDBPDatabase<Drafts> } | undefined

/** Told when an obstacle appears, and with undefined when it is gone. */
export function onStorageObstacle(listener: (obstacle: StorageObstacle | undefined) => void): () => void {
  obstacleListeners.add(listener)
  return () => obstacleListeners.delete(listener)
}

/** Told when the browser has closed the database behind our back, or somebody has removed it: what was in it may be gone. */
export function onStorageLoss(listener: () => void): () => void {
  lossListeners.add(listener)
  return () => lossListeners.delete(listener)
}

function tell(obstacle: StorageObstacle | undefined) {
  for (const listener of obstacleListeners)
    listener(obstacle)
}

async function open(): Promise<IDBPDatabase<Drafts>> {
  const db = await openDB<Drafts>(storageScope(), VERSION, {
    upgrade,
    blocked: () => tell('blocked-by-older-tab'),
    // Another tab carries a newer app: let it upgrade, and reconnect when next asked.
    blocking: (_, wanted) => {
      void closeDraftStorage() // which never rejects
      if (wanted === null) // not an upgrade: it is being removed
        lossListeners.forEach(listener => listener())
    },
    terminated: () => {
      connection = undefined
      lossListeners.forEach(listener => listener())
    },
  })
  lockRecord = await lockIn(db)
  return db
}

/** With the transaction's own end: idb's `db.get` leaves that to nobody, and says so in the console when it is cut off. */
async function lockIn(db: IDBPDatabase<Drafts>): Promise<LockRecord | undefined> {
  const tx = db.transaction('lock')
  const [record] = await Promise.all([tx.store.get(LOCK), tx.done])
  return record
}

async function connect(): Promise<IDBPDatabase<Drafts>> {
  const current = connection ??= { opening: open() }
  try {
    current.opened = await current.opening
    tell(undefined)
    return current.opened
  }
  catch (error) {
    // A failed open is never remembered: the next call tries again.
    if (connection === current)
      connection = undefined
    if (error instanceof DOMException && error.name === 'VersionError')
      tell('newer-version-exists')
    throw error
  }
}

/**
 * What a transaction touches, and whether it changes anything. `strict`: it is on the disk, not in a cache, when it is
 * complete. `isOpen`: it is about the lock, and goes past it.
 */
export interface Scope {
  stores: StoreNames<Drafts>[]
  mode: 'readonly' | 'readwrite'
  durability?: IDBTransactionDurability
  isOpen?: boolean
}

/**
 * Runs `work` in one transaction and resolves when that is complete. Whatever goes wrong inside, nothing of it is kept.
 * A connection that the browser closed behind our back shows only when it is used, or in the middle: it is dropped, and
 * the work is done once more on a new one.
 */
export async function transact<T>(scope: Scope, work: (tx: DraftTransaction) => Promise<T>): Promise<T> {
  const db = connection?.opened ?? await connect()
  try {
    return await attempt(db, scope, work)
  }
  catch (error) {
    if (!(error instanceof DOMException) || !CUT_OFF.has(error.name))
      throw error
    await closeDraftStorage()
    return attempt(await connect(), scope, work)
  }
}

/** What is thrown where the connection was closed before the transaction began, or while it was under way. */
const CUT_OFF: ReadonlySet<string> = new Set(['InvalidStateError', 'AbortError', 'UnknownError'])

async function attempt<T>(db: IDBPDatabase<Drafts>, { stores, mode, durability = 'default', isOpen }: Scope, work: (tx: DraftTransaction) => Promise<T>) {
  const through = !isOpen && (openedLock() || lockRecord) ? await sealing(db) : undefined
  const tx = db.transaction(stores, mode, { durability }) as DraftTransaction
  try {
    const [result] = await Promise.all([work(through?.(tx) ?? tx), tx.done])
    return result
  }
  catch (error) {
    // An operation that failed before it reached the database does not abort the others by itself.
    abort(tx)
    throw error
  }
}

/** What a transaction goes through where there is a lock. @throws StorageLockedError where nobody has opened it */
async function sealing(db: IDBPDatabase<Drafts>): Promise<(tx: DraftTransaction) => DraftTransaction> {
  const { openWithout, sealedTransaction } = await loadPart(() => import('../locking/sealing.ts'))
  const known = openedLock()
  const lock = known ?? await openWithout(lockRecord)
  if (!lock)
    throw new StorageLockedError('The drafts on this device are locked.')
  if (!known)
    setOpenedLock(lock)
  if (!lockRecord) // the browser has emptied the database meanwhile: what is written now is to be opened later
    await db.put('lock', lock.record, LOCK)
  lockRecord ??= lock.record
  return tx => sealedTransaction(tx as unknown as Parameters<typeof sealedTransaction>[0], lock) as unknown as DraftTransaction
}

function abort(tx: DraftTransaction) {
  try {
    tx.abort()
  }
  catch {
    // already aborted or complete: the database has decided
  }
}

/** As a tab that ends: whoever asks for something next opens it again. Exported for those who play several tabs in one. @public */
export async function closeDraftStorage(): Promise<void> {
  const closing = connection
  connection = undefined
  try {
    (await closing?.opening)?.close()
  }
  catch {
    // it never opened: there is nothing to close
  }
}

/** Everything that was kept under this name. Whoever has it open, in this tab or another, is asked to close it. */
export function deleteDraftStorage(scope: string): Promise<void> {
  return deleteDB(scope)
}
