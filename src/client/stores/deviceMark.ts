import { defineStore } from 'pinia'
import { rememberedAccount } from '../utils/device/accountMemory.ts'
import { scopeOf, storageScope } from '../utils/device/storageScope.ts'
import { markDevice, readDeviceMark } from '../utils/storage/deviceMark.ts'
import { onStorageLoss } from '../utils/storage/draftDatabase.ts'

/** Knows the database that this tab has read by a mark in it, and notices where another one has taken its place. */
export const useDeviceMarkStore = defineStore('deviceMark', () => {
  const listeners = new Set<() => Promise<void>>()
  let mark: string | undefined
  let checking: Promise<boolean> | undefined
  let count = 0
  let closed = false

  /**
   * Where everything was removed the listeners have done what they could when it resolves; none of them may ask for it.
   * @returns whether something was removed since the last look
   */
  function check(): Promise<boolean> {
    return checking ??= look().finally(() => { checking = undefined })
  }

  async function look(): Promise<boolean> {
    // What was removed because its account signed out is not brought back.
    if (closed || scopeOf(rememberedAccount()) !== storageScope())
      return false
    try {
      const found = await readDeviceMark()
      const isLost = mark !== undefined && found !== mark
      mark = found ?? await markDevice()
      if (!isLost)
        return false
    }
    catch (error) {
      console.warn('It could not be checked whether the drafts on this device are still there.', error)
      return false // saving says what is wrong with the storage
    }
    count++
    for (const listener of listeners)
      await listener()
    return true
  }

  const stop = onStorageLoss(() => void check()) // which never rejects, as long as no listener does

  return {
    check,
    /** The tab looks no more. */
    close() {
      closed = true
      stop()
    },
    /** How often everything was removed in the life of this tab. */
    losses: () => count,
    /** @param listener must not reject */
    onLoss: (listener: () => Promise<void>) => void listeners.add(listener),
  }
})
