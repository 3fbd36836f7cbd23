import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useHistoryStore } from '../../stores/history.ts'
import { useSessionsStore } from '../../stores/sessions.ts'

/** What one session's answers took, and how full its window is: in the version that is shown, as its newest answer told. */
export function useSessionUsage(sessionId: MaybeRefOrGetter<string>) {
  const history = useHistoryStore()
  const sessions = useSessionsStore()
  const newest = computed(() => history.historyOf(toValue(sessionId))?.items.findLast(({ usage }) => usage)?.usage)
  const sum = computed(() => sessions.usageOf(toValue(sessionId)))
  return { newest, sum }
}
