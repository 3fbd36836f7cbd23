import { storageScope } from '../device/storageScope.ts'

/* Whether the drafts of this device are sealed with a person's passphrase, as far as this thread knows. */

/** What lies in the database of the lock. Without it everything lies there as it is. */
export interface LockRecord {
  /** `off`: nothing is sealed any more; what a tab that heard of it late has sealed can still be opened. */
  state: 'on' | 'off'
  salt: Uint8Array<ArrayBuffer>
  iterations: number
  /** The secret, sealed with what the passphrase becomes. */
  wrapped: SealedBytes
  /** A passkey that opens it, too. */
  passkey?: PasskeyRecord
  /** Minutes without a key or pointer until it is locked; 0: only with the browser. */
  minutes: number
  /** The secret itself, where the lock is off. */
  secret?: Uint8Array<ArrayBuffer>
}

/** Which passkey it is, what is asked of it, and the secret once more, sealed with what it answers. */
export interface PasskeyRecord {
  id: Uint8Array<ArrayBuffer>
  salt: Uint8Array<ArrayBuffer>
  wrapped: SealedBytes
}

export interface SealedBytes { iv: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer> }

/** Clones to other threads and tabs; never stored. */
export interface OpenLock {
  record: LockRecord
  /** AES-GCM; no script can read it out. */
  key: CryptoKey
  /** Seals what is written while the page goes, when nothing can be waited for. */
  journalKey: Uint8Array<ArrayBuffer>
}

let lock: OpenLock | undefined

export const openedLock = (): OpenLock | undefined => lock

export function setOpenedLock(opened: OpenLock | undefined): void {
  lock = opened
}

/** The drafts are sealed, and this thread does not know the key. */
export class StorageLockedError extends Error {
  override name = 'StorageLockedError'
}

export const HINT = '.lock'

/** So that the app knows before it has opened the database; the database has the last word. */
export function mayBeLocked(): boolean {
  try {
    return localStorage.getItem(storageScope() + HINT) !== null
  }
  catch {
    return false
  }
}

/** What the tabs of a browser tell each other of the lock. */
export type LockNews =
  | { about: 'ask' | 'active' }
  /** `isNew`: also for tabs that know of no lock. */
  | { about: 'locked', isNew?: boolean }
  | { about: 'opened', lock: OpenLock }

export const lockChannel = (): BroadcastChannel | undefined => typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(storageScope() + HINT)

/** Every other tab forgets the key, and asks for the passphrase. */
export function lockOtherTabs(): void {
  const channel = lock && lockChannel()
  channel?.postMessage({ about: 'locked' } satisfies LockNews)
  channel?.close()
}
