import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { HistoryItem } from './historyItem.ts'

/** Messages of people that are to be deleted, and may be taken back yet: neither they nor their answers are shown. */
export const useHiddenTurnsStore = defineStore('hiddenTurns', () => {
  const ids = shallowReactive(new Set<string>())

  return {
    hide: (id: string): void => void ids.add(id),
    show: (id: string): void => void ids.delete(id),
    without: (items: readonly HistoryItem[]): readonly HistoryItem[] => ids.size ? items.filter(({ id, replyTo = '' }) => !ids.has(id) && !ids.has(replyTo)) : items,
  }
})
