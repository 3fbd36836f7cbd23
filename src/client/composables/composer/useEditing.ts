import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useEditsStore } from '../../stores/edits/edits.ts'
import { useHistoryStore } from '../../stores/history.ts'
import type { HistoryItem } from '../../stores/history/historyItem.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useEndingEdit } from './editing/useEndingEdit.ts'
import { useHoldingPlace } from './editing/useHoldingPlace.ts'
import { toReference } from '../../utils/attachments/reference.ts'
import { beginEdit } from '../../utils/storage/edits/editStorage.ts'
import type { EndedEdit } from '../../utils/storage/edits/endedStorage.ts'

/** Only one message of a session is edited at a time: what was written for it is not thrown away by a click on another. */
class OtherEditError extends Error {}
const OTHER_FIRST = 'Another message is being edited, here or in another tab. Send or cancel that first.'

/** Editing a sent message: it is the session's draft then, until it is sent or that is cancelled. */
export function useEditing(sessionId: MaybeRefOrGetter<string>) {
  const drafts = useDraftsStore()
  const edits = useEditsStore()
  const history = useHistoryStore()
  const notices = useNoticesStore()
  const { end, took } = useEndingEdit()
  const { release } = useHoldingPlace()

  const replaced = computed(() => edits.of(toValue(sessionId)))

  /** Opens a message with its files, by reference. What is being written is put aside until that is over. An edit of another message ends, but only where nothing was changed in it. */
  async function begin({ id, text, attachments, status }: HistoryItem): Promise<void> {
    if (replaced.value === id)
      return
    const session = toValue(sessionId)
    const files = attachments.map((file) => {
      const media = toReference(session, file)
      const { base64: _, readFrom: _from, reading: _as, ...thumbnail } = media
      return { media, thumbnail }
    })
    await change(session, 'The message could not be opened to be edited', async () => {
      const edit = { message: text, replaces: id, waited: status === 'accepted' }
      const begun = await beginEdit(session, edit, files, (open) => {
        if (isChanged(session, open))
          throw new OtherEditError(OTHER_FIRST)
      })
      if (begun?.ended)
        release(session, begun.ended)
      await (begun ? took(session, begun.draft, edit) : edits.reread(session))
    })
  }

  const cancel = (): Promise<void> => change(toValue(sessionId), 'The edit could not be cancelled', () => end(toValue(sessionId)))

  /** Also where this tab cannot tell. */
  function isChanged(session: string, { edit, files }: EndedEdit) {
    const sent = history.historyOf(session)?.items.find(({ id }) => id === edit.replaces)
    const isSame = sent && edit.message === sent.text && !edit.restoresFiles
      && files.map(({ media }) => `${media.stored?.id} ${media.caption}`).join() === sent.attachments.map(({ id, caption }) => `${id} ${caption}`).join()
    return !isSame
  }

  async function change(session: string, failure: string, work: () => Promise<void>) {
    try {
      await drafts.whenSaved(session)
      await drafts.inTurn(session, work)
      notices.withdraw(session, ({ text }) => text === OTHER_FIRST)
    }
    catch (error) {
      if (error instanceof OtherEditError)
        return void notices.tell(session, error.message, 'warning')
      console.error(error)
      notices.tell(session, `${failure}: ${(error as Error).message}. Try it again.`)
    }
  }

  return { replaced, begin, cancel }
}
