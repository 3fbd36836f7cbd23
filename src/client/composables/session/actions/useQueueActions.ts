import { computed, ref } from 'vue'
import { useAgentOfferStore } from '../../../stores/choices/agentOffer.ts'
import { useDataStore } from '../../../stores/data.ts'
import { useDraftsStore } from '../../../stores/drafts.ts'
import type { HistoryItem } from '../../../stores/history/historyItem.ts'
import { useNoticesStore } from '../../../stores/notices.ts'
import { useUndoStore } from '../../../stores/undo.ts'
import { useEndingEdit } from '../../composer/editing/useEndingEdit.ts'
import { cancelMessage, getBytes, steerMessage } from '../../../utils/network/api.ts'
import { joinTexts } from '../../../utils/text/joinTexts.ts'

/** What can be done with a message that waits for its turn. Where it is just being answered nothing is done, and a sentence says so. */
export function useQueueActions(item: () => HistoryItem) {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const notices = useNoticesStore()
  const { offer } = useUndoStore()
  const { end: endEdit } = useEndingEdit()
  const busy = ref(false)
  const offers = useAgentOfferStore()
  /** The agent takes a message into a turn that runs; not offered before it is known. */
  const takesMore = computed(() => offers.offer?.steers ?? false)

  async function attempt(failure: string, work: () => Promise<void>): Promise<void> {
    if (busy.value)
      return
    busy.value = true
    const { sessionId } = item()
    try {
      await work()
    }
    catch (error) {
      notices.tell(sessionId, `${failure} ${(error as Error).message}`)
    }
    finally {
      busy.value = false
    }
  }

  /** Its text and files can be the draft again: the server keeps neither. */
  const cancel = (): Promise<void> => attempt('The message was not cancelled.', async () => {
    const { sessionId, id, text, attachments } = item()
    const files = await Promise.all(attachments.map(async ({ name, kind, url = '' }) => ({ file: new File([await getBytes(url)], name), intoFolder: kind === 'file' })))
    await cancelMessage(sessionId, id)
    offer('Message cancelled. Undo makes it your draft again.', async () => {
      await drafts.whenSaved(sessionId)
      await endEdit(sessionId) // of another message, which it does not come among
      drafts.setText(sessionId, joinTexts(text, drafts.textOf(sessionId)))
      for (const { file, intoFolder } of files)
        await data.addAttachment(sessionId, file, intoFolder)
    })
  })

  const steer = (when: 'now' | 'next'): Promise<void> =>
    attempt(when === 'now' ? 'The message was not sent now.' : 'The message was not added to this turn.', () => steerMessage(item().sessionId, item().id, when))

  return { busy, takesMore, cancel, steer }
}
