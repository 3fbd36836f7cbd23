import { computed, type ShallowRef } from 'vue'
import { addPasskey, openLockWith, removePasskey } from '../../utils/locking/lockKeys.ts'
import type { LockRecord, OpenLock } from '../../utils/locking/lockState.ts'
import { askPasskey, canHavePasskey, forgetPasskey, makePasskey } from '../../utils/locking/passkey.ts'

interface Lock {
  /** Where it is open. */
  lock: ShallowRef<OpenLock | undefined>
  /** As it is by now; undefined where there is none. */
  locked: () => LockRecord | undefined
  openWith: (key: (locked: LockRecord) => Promise<OpenLock>) => Promise<void>
  change: (changed: OpenLock) => Promise<void>
}

/** A passkey that opens the lock as the passphrase does. */
export function createLockPasskey({ lock, locked, openWith, change }: Lock) {
  const isThere = computed(() => lock.value?.record.passkey !== undefined)

  /** Undefined where no passkey opens it. It throws what is a sentence for the person. */
  async function unlock(): Promise<((signal: AbortSignal) => Promise<void>) | undefined> {
    const passkey = locked()?.passkey
    if (passkey && await canHavePasskey())
      return signal => openWith(async found => openLockWith(found, passkey, await askPasskey(passkey, signal)))
  }

  /** @throws WrongPassphraseError or PasskeyError, sentences for the person: then only the passphrase opens it */
  async function add(passphrase: string): Promise<void> {
    if (lock.value)
      await change(await addPasskey(lock.value.record, passphrase, makePasskey))
  }

  async function remove(): Promise<void> {
    if (!lock.value)
      return
    const { record } = lock.value
    await change(removePasskey(lock.value))
    forget(record)
  }

  /** The browser offers it no more. */
  function forget(record: LockRecord | undefined): void {
    if (record?.passkey)
      forgetPasskey(record.passkey.id)
  }

  return { isThere, unlock, add, remove, forget }
}
