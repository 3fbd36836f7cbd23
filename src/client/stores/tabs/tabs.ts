import { defineStore } from 'pinia'
import { joinTabs } from '../../utils/device/tabs.ts'
import { heldNames, whenFree, withTabLock, withTabLockNow } from './withTabLock.ts'

/** This tab among the others of the browser. */
export const useTabsStore = defineStore('tabs', () => {
  const tabs = joinTabs()
  return {
    ...tabs,
    /** Runs `work` in one tab at a time, as `withTabLock` says. */
    alone: (name: string, signal: AbortSignal, work: () => Promise<void>) => withTabLock(name, { signal, tab: tabs.id }, work),
    /** Does so only where no tab is at it just now. */
    aloneNow: (name: string, work: () => Promise<void>) => withTabLockNow(name, tabs.id, work),
    heldNames,
    whenFree,
  }
})
