import { defineStore } from 'pinia'
import { rememberedAccount } from '../../utils/device/accountMemory.ts'
import { scopeOf, storageScope } from '../../utils/device/storageScope.ts'
import { markDevice, readDeviceMark } from '../../utils/storage/deviceMark.ts'
import { onStorageLoss } from '../../utils/storage/draftDatabase.ts'

/** Milliseconds until each further look, where a browser that is still removing the database does not let it be read. */
const PAUSES = [100, 500, 2000, 5000, 10_000]

/** Knows the database that this tab has read by a mark in it, and notices where another one has taken its place. */
export const useDeviceMarkStore = defineStore('deviceMark', () => {
  const listeners = new Set<() => Promise<void>>()
  let mark: string | undefined
  let checking: Promise<boolean | undefined> | undefined
  let count = 0
  let closed = false

  /**
   * Where everything was removed the listeners have done what they could when it resolves; none of them may ask for it.
   * @returns whether something was removed since the last look
   */
  const check = async (): Promise<boolean> => await lookOnce() ?? false

  function lookOnce() {
    return checking ??= look().finally(() => { checking = undefined })
  }

  /** The connection was closed: what was read at that moment may be what is just being removed. */
  async function lookAfterLoss() {
    await checking
    for (const pause of [0, ...PAUSES]) {
      await new Promise(resolve => setTimeout(resolve, pause))
      if (await lookOnce() !== undefined)
        return
    }
  }

  /** @returns whether everything was removed; undefined where the database could not be read */
  async function look(): Promise<boolean | undefined> {
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
      return undefined // saving says what is wrong with the storage
    }
    count++
    for (const listener of listeners)
      await listener()
    return true
  }

  const stop = onStorageLoss(() => void lookAfterLoss()) // which never rejects, as long as no listener does

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
