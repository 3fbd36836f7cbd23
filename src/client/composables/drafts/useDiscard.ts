import { nameInSentence } from '../../../shared/plainText.ts'
import { getEdit } from '../../utils/storage/edits/editStorage.ts'
import { loadPart } from '../../utils/network/loadPart.ts'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useEditsStore } from '../../stores/edits/edits.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { useUndoStore } from '../../stores/undo.ts'
import { BusyMessageError } from '../../utils/text/beingSent.ts'

/**
 * Throwing away what was not sent; for a while it can be undone.
 * @param place where a failure is told; the session that it is about, unless given
 */
export function useDiscard(place?: string) {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const edits = useEditsStore()
  const notices = useNoticesStore()
  const outbox = useOutboxStore()
  const sessions = useSessionsStore()
  const { offer } = useUndoStore()

  /**
   * A draft with its files; the session too, where nothing else is in it. Of an edit only that: what was being written
   * before it was in nobody's sight, and is the draft again.
   * @param restored called when the person has undone it
   */
  async function discardDraft(sessionId: string, restored?: () => void): Promise<void> {
    const keepSession = !sessions.isLocal(sessionId) || outbox.ofSession(sessionId).length > 0
    const title = sessions.titleOf(sessionId)
    const worthUndoing = sessions.hasDraft(sessionId) || sessions.ownTitleOf(sessionId) !== undefined
    try {
      await drafts.whenSaved(sessionId)
      if ((await getEdit(sessionId)).replaces !== undefined)
        return await endEdit(sessionId)
      const putFilesBack = await data.removeDraft(sessionId, keepSession)
      drafts.forget(sessionId, keepSession)
      void edits.reread(sessionId)
      const tellAgain = notices.take(sessionId)
      if (worthUndoing) {
        offer(`Draft “${nameInSentence(title)}” discarded.`, async () => {
          await putFilesBack()
          await drafts.restored(sessionId)
          void edits.reread(sessionId)
          tellAgain()
          restored?.()
        })
      }
    }
    catch (error) {
      tell(sessionId, 'The draft could not be removed from this device', error)
    }
  }

  async function endEdit(sessionId: string): Promise<void> {
    const { useEndingEdit } = await loadPart(() => import('../composer/editing/useEndingEdit.ts'))
    const { end } = useEndingEdit()
    await drafts.inTurn(sessionId, () => end(sessionId))
  }

  /** A message that is not accepted yet. */
  async function discardMessage({ id, sessionId }: { id: string, sessionId: string }): Promise<void> {
    try {
      const putBack = await outbox.discard(id)
      if (putBack) // or another tab was faster
        offer('Message discarded.', putBack)
    }
    catch (error) {
      if (error instanceof BusyMessageError)
        return void notices.tell(place ?? sessionId, error.message)
      tell(sessionId, 'The message could not be discarded', error)
    }
  }

  function tell(sessionId: string, what: string, error: unknown) {
    console.error(error)
    notices.tell(place ?? sessionId, `${what}: ${(error as Error).message}. Try it again.`)
  }

  return { discardDraft, discardMessage }
}
