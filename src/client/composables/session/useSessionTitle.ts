import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useNoticesStore } from '../../stores/notices.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { useDocumentTitle } from '../ui/useDocumentTitle.ts'

/** The title of one session, draft or not, and how to change it. */
export function useSessionTitle(sessionId: MaybeRefOrGetter<string>) {
  const sessions = useSessionsStore()
  const notices = useNoticesStore()
  const title = computed(() => sessions.titleOf(toValue(sessionId)))

  useDocumentTitle(title)

  async function rename(name: string): Promise<void> {
    const session = toValue(sessionId)
    try {
      await sessions.rename(session, name)
    }
    catch (error) {
      notices.tell(session, `The title was not changed to “${name}”. ${(error as Error).message}`)
    }
  }

  return { title, rename }
}
