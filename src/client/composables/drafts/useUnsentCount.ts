import { computed } from 'vue'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSessionsStore } from '../../stores/sessions.ts'

/** How many drafts and messages are not sent. Without their texts: it is shown while one types. */
export function useUnsentCount() {
  const outbox = useOutboxStore()
  const sessions = useSessionsStore()
  return computed(() => sessions.entries.filter(({ hasDraft }) => hasDraft).length + outbox.messages.length)
}
