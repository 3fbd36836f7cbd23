import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** Milliseconds: less than this is the way over the network, and no clock that goes wrong. */
const TOLERANCE = 1000

/**
 * How far the server's clock is ahead of this device's: what each of them dated can only be ordered by one of the two.
 * Times are milliseconds since the epoch.
 */
export const useServerClockStore = defineStore('serverClock', () => {
  const ahead = shallowRef(0)

  /** The server has just said what time it is. */
  function hear(serverTime: number): void {
    const heard = serverTime - Date.now()
    if (Number.isFinite(heard) && Math.abs(heard - ahead.value) > TOLERANCE)
      ahead.value = Math.abs(heard) > TOLERANCE ? heard : 0
  }

  /** A time of this device as the server would have dated it. */
  const toServer = (time: number): number => time + ahead.value
  const toDevice = (time: number): number => time - ahead.value

  return { hear, toServer, toDevice }
})
