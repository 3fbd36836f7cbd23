import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { nameInSentence } from '../../../shared/plainText.ts'
import { useGoneSessionsStore } from '../../stores/goneSessions.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { mayBeLocked } from '../../utils/locking/lockState.ts'
import { useDocumentTitle } from '../ui/useDocumentTitle.ts'

/** What stands in the place of a title where there is no session. */
const HEADINGS = { deleted: 'This session was deleted', unknown: 'There is no such session' }

/** The title of one session, draft or not, and how to change it. */
export function useSessionTitle(sessionId: MaybeRefOrGetter<string>) {
  const sessions = useSessionsStore()
  const notices = useNoticesStore()
  const gone = useGoneSessionsStore()
  const absence = computed(() => gone.absenceOf(toValue(sessionId)))
  const title = computed(() => absence.value ? HEADINGS[absence.value] : sessions.titleOf(toValue(sessionId)))

  // Browsers write into their history what a tab is called: the words of what is locked are not said there.
  const isSecret = () => mayBeLocked() && !absence.value && sessions.isUnsent(toValue(sessionId))
  useDocumentTitle(() => isSecret() ? 'Draft' : title.value)

  async function rename(name: string): Promise<void> {
    const session = toValue(sessionId)
    try {
      await sessions.rename(session, name)
    }
    catch (error) {
      notices.tell(session, `The title was not changed to “${nameInSentence(name)}”. ${(error as Error).message}`)
    }
  }

  return { title, rename }
}
