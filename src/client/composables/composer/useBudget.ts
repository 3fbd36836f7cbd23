import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { messageBudget } from '../../utils/limits/budget.ts'

/** Characters of text under which nobody has to think of limits. */
const LONG_TEXT = 2000

/** One session's draft against the limits; undefined while there is nothing worth weighing. */
export function useBudget(sessionId: MaybeRefOrGetter<string>) {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const sessions = useSessionsStore()

  return computed(() => {
    const session = toValue(sessionId)
    const attachments = data.attachmentsOf(session).filter(({ state }) => state !== 'preparing')
    const text = drafts.textOf(session)
    return attachments.length || text.length > LONG_TEXT
      ? messageBudget(text, attachments, sessions.mediaCountOf(session))
      : undefined
  })
}
