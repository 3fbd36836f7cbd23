import { nameInSentence } from '../../../shared/plainText.ts'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { useUndoStore } from '../../stores/undo.ts'
import { discardAside, restoreAside } from '../../utils/storage/edits/asideStorage.ts'

/**
 * Throwing away what waits beside an edit; for a while it can be undone. The edit goes on.
 * @param place where a failure is told
 */
export function useDiscardAside(place: string): (sessionId: string) => Promise<void> {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const notices = useNoticesStore()
  const sessions = useSessionsStore()
  const { offer } = useUndoStore()

  async function showAgain(sessionId: string) {
    await drafts.restored(sessionId)
    await data.reload(sessionId)
  }

  return async (sessionId) => {
    try {
      await drafts.whenSaved(sessionId)
      const discarded = await discardAside(sessionId)
      await showAgain(sessionId)
      if (!discarded) // another tab was faster
        return
      offer(`Draft “${nameInSentence(sessions.titleOf(sessionId))}” discarded.`, async () => {
        await drafts.whenSaved(sessionId)
        await restoreAside(sessionId, discarded)
        await showAgain(sessionId)
      })
    }
    catch (error) {
      console.error(error)
      notices.tell(place, `The draft could not be removed from this device: ${(error as Error).message}. Try it again.`)
    }
  }
}
