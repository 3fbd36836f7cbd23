import { defineStore } from 'pinia'
import { joinTabs } from '../../utils/device/tabs.ts'
import { exclusively, exclusivelyNow, heldNames, whenFree } from './withTabLock.ts'

/** This tab among the others of the browser. */
export const useTabsStore = defineStore('tabs', () => {
  const tabs = joinTabs()
  return {
    ...tabs,
    /** Runs `work` in one tab at a time, as `exclusively` says. */
    alone: (name: string, signal: AbortSignal, work: () => Promise<void>) => exclusively(name, { signal, tab: tabs.id }, work),
    /** Does so only where no tab is at it just now. */
    aloneNow: (name: string, work: () => Promise<void>) => exclusivelyNow(name, tabs.id, work),
    heldNames,
    whenFree,
  }
})
