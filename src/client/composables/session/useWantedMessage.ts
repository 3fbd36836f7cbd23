import { watch, type Ref } from 'vue'
import type { HistoryItem } from '../../stores/history/historyItem.ts'

/** Pages of older messages that are read to come to one that is looked for. */
const MOST_PAGES = 400

/** Reads older messages until the one that is looked for is there. */
export function useWantedMessage({ wanted, items, state, hasMore, loadOlder }: {
  /** Its key; empty where none is looked for. */
  wanted: () => string
  items: Readonly<Ref<readonly HistoryItem[]>>
  state: Readonly<Ref<string>>
  hasMore: Readonly<Ref<boolean>>
  loadOlder: () => Promise<void>
}): void {
  async function fetchTo(key: string) {
    for (let page = 0; page < MOST_PAGES && wanted() === key && hasMore.value && !items.value.some(item => item.key === key); page++) {
      const before = items.value[0]?.key
      await loadOlder()
      if (items.value[0]?.key === before)
        return // somebody else reads them, or there are none
    }
  }

  watch([wanted, state], ([key, now]) => {
    if (key && now === 'loaded')
      fetchTo(key).catch((error: unknown) => console.warn('The message that is looked for was not loaded.', error))
  }, { immediate: true })
}
