import { computed } from 'vue'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSessionsStore } from '../../stores/sessions.ts'

/** How many drafts and messages are not sent. Without their texts: it is shown while one types. */
export function useUnsentCount() {
  const drafts = useDraftsStore()
  const outbox = useOutboxStore()
  const sessions = useSessionsStore()
  const asides = computed(() => [...drafts.messages.values()].filter(({ aside }) => aside).length)
  return computed(() => sessions.entries.filter(({ hasDraft }) => hasDraft).length + asides.value + outbox.messages.length)
}
