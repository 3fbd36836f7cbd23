import { computed } from 'vue'
import type { HistoryItem } from '../../stores/history/historyItem.ts'
import { useServerClockStore } from '../../stores/serverClock.ts'
import { useCountdown } from '../time/useCountdown.ts'

/** Who edits a message that waits. */
export function useEditor(item: () => HistoryItem | undefined) {
  const clock = useServerClockStore()
  const until = () => {
    const editing = item()?.editing
    return editing && clock.toDevice(editing.until)
  }
  const left = useCountdown(until)

  /** Undefined where nobody does; without a name it is oneself, or somebody of whom nothing is known. */
  return { editor: computed(() => left.value > 0 ? { name: item()?.editing?.by } : undefined) }
}
