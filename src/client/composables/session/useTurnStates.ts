import { computed } from 'vue'
import type { HistoryItem } from '../../stores/history/historyItem.ts'

/** By key: the messages that wait for what was asked before them, or for whoever edits them, and the failed answers that can be asked for again. */
export function useTurnStates(items: () => readonly HistoryItem[]) {
  const queued = computed(() => {
    let ahead = items().some(({ role, status }) => role === 'assistant' && status === 'running')
    const keys = new Set<string>()
    for (const { key, role, status, editing } of items()) {
      if (role !== 'user' || (status !== 'accepted' && status !== 'running'))
        continue
      if ((ahead || editing) && status === 'accepted')
        keys.add(key)
      ahead = true
    }
    return keys
  })

  const retryable = computed(() => {
    const newest = new Map(items().filter(({ role }) => role === 'assistant').map(item => [item.replyTo ?? item.id, item]))
    const failed = [...newest.values()].filter(({ status }) => status === 'failed')
    const isWaiting = (id: string | undefined) => items().some(item => item.id === id && (item.status === 'accepted' || item.status === 'running'))
    return new Set(failed.filter(({ replyTo }) => !isWaiting(replyTo)).map(({ key }) => key))
  })

  return { queued, retryable }
}
