import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { storageScope } from '../../utils/device/storageScope.ts'
import { dropJournal, sealJournal } from '../../utils/device/unloadJournal.ts'
import { watchIdle } from '../../utils/device/idleWatch.ts'
import { journalSeal } from '../../utils/locking/journalSeal.ts'
import { makeLock, openForGood, openLock, openWithout } from '../../utils/locking/lockKeys.ts'
import { hintLocked } from '../../utils/locking/lockHint.ts'
import { lockChannel, lockOtherTabs, openedLock, setOpenedLock, type LockNews, type LockRecord, type OpenLock } from '../../utils/locking/lockState.ts'
import { deleteDraftStorage } from '../../utils/storage/draftDatabase.ts'
import { readLock, saveLock } from '../../utils/storage/lock/lockStorage.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import { media } from '../../workers/media.ts'
import { createLeaving } from './leaving.ts'
import { createLockPasskey } from './lockPasskey.ts'

const MINUTE = 60_000

/** The lock of the drafts on this device: whether there is one, how it opens, and when it closes. */
export const useLockStore = defineStore('lock', () => {
  const lock = shallowRef(openedLock())
  const isOn = computed(() => lock.value?.record.state === 'on')
  const minutes = computed(() => lock.value?.record.minutes ?? 0)
  const openedListeners = new Set<() => void>()
  const channel = lockChannel()
  let record: LockRecord | undefined
  /** As it is by now: an open one may have been changed. */
  const locked = (): LockRecord | undefined => lock.value?.record ?? record

  const leaving = createLeaving()
  const tell = (news: LockNews) => channel?.postMessage(news)
  const idle = watchIdle({ limit: () => isOn.value ? minutes.value * MINUTE : 0, onIdle: lockNow, onActive: () => tell({ about: 'active' }) })

  channel?.addEventListener('message', ({ data }: MessageEvent<LockNews>) => {
    if (data.about === 'locked')
      leave(data.isNew)
    else if (data.about === 'active')
      idle.seen()
    else if (data.about === 'opened')
      use(data.lock)
    else if (lock.value && !leaving.hasBegun())
      share(lock.value)
  })

  /** @returns false where the browser hands no keys from tab to tab */
  function share(opened: OpenLock): boolean {
    try {
      tell({ about: 'opened', lock: opened })
      return true
    }
    catch (error) {
      console.warn('The other tabs ask for the passphrase themselves.', error)
      return false
    }
  }

  /** From now on this tab reads and writes through it. */
  function use(opened: OpenLock) {
    idle.seen() // somebody has just opened it
    leaving.end()
    setOpenedLock(opened)
    lock.value = opened
    sealJournal(journalSeal(opened.journalKey, opened.record.state === 'on'))
    hintLocked(opened.record.state === 'on')
    openedListeners.forEach(listener => listener())
  }

  /** What was not sealed, or not opened, when the browser was closed. */
  const goOn = () => inBackground(media.followLock(), 'Not everything is as the lock says yet; it goes on at the next start.')

  /** @returns whether the drafts can be read; where not, the other tabs are asked, and then the person */
  async function meet(): Promise<boolean> {
    record = await readLock()
    if (!record)
      hintLocked(false)
    const opened = openedLock() ?? (record && await openWithout(record))
    if (opened) {
      use(opened)
      goOn()
    }
    if (record && !opened)
      tell({ about: 'ask' })
    return !record || opened !== undefined
  }

  async function openWith(key: (locked: LockRecord) => Promise<OpenLock>): Promise<void> {
    const found = locked()
    if (!found)
      return
    const opened = await key(found)
    use(opened)
    share(opened)
    goOn()
  }

  /** @throws WrongPassphraseError, a sentence for the person */
  const unlock = (passphrase: string): Promise<void> => openWith(found => openLock(found, passphrase))

  /** Seals everything that is on this device. Where it is interrupted it goes on when the drafts are opened the next time. */
  async function turnOn(passphrase: string, afterMinutes: number): Promise<void> {
    if (lock.value)
      await media.followLock() // what an earlier lock has left
    await change(await makeLock(passphrase, afterMinutes))
  }

  /** @throws WrongPassphraseError: then it stays as it is */
  async function turnOff(passphrase: string): Promise<void> {
    if (!lock.value)
      return
    const { record: before } = lock.value
    await change(await openForGood(before, passphrase))
    passkey.forget(before)
  }

  async function setMinutes(afterMinutes: number): Promise<void> {
    if (lock.value)
      await change({ ...lock.value, record: { ...lock.value.record, minutes: afterMinutes } })
  }

  async function change(changed: OpenLock) {
    await saveLock(changed)
    use(changed)
    if (!share(changed))
      tell({ about: 'locked', isNew: true })
    await media.followLock()
  }

  /** Every tab forgets the key, and what it shows. */
  function lockNow(): void {
    lockOtherTabs()
    leave()
  }

  function leave(isNew = false): void {
    if (isOn.value || isNew)
      leaving.begin()
  }

  /** Everything that only the passphrase could open goes from this device. */
  async function removeLocked(): Promise<void> {
    dropJournal(storageScope())
    await deleteDraftStorage(storageScope())
    hintLocked(false)
    passkey.forget(record)
  }

  /** The tab is gone. */
  function close() {
    idle.stop()
    channel?.close()
  }

  const passkey = createLockPasskey({ lock, locked, openWith, change })

  return { close, isOn, minutes, meet, unlock, hasPasskey: passkey.isThere, passkeyUnlock: passkey.unlock, addPasskey: passkey.add, removePasskey: passkey.remove, turnOn, turnOff, setMinutes, lockNow, removeLocked, onOpened: (listener: () => void) => void openedListeners.add(listener) }
})
