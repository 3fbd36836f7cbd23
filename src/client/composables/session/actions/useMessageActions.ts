import { useDraftsStore } from '../../../stores/drafts.ts'
import type { HistoryItem } from '../../../stores/history/historyItem.ts'
import { useNoticesStore } from '../../../stores/notices.ts'
import { ApiError, retryMessage } from '../../../utils/network/api.ts'
import { joinTexts } from '../../../utils/text/joinTexts.ts'
import { quoted } from '../../../utils/text/quoted.ts'

/** What can be done with a message that the server has: asking the same again, and quoting it in the draft. */
export function useMessageActions(item: () => HistoryItem) {
  const drafts = useDraftsStore()
  const notices = useNoticesStore()

  async function retry(): Promise<void> {
    const { sessionId, id } = item()
    try {
      await retryMessage(sessionId, id)
    }
    catch (error) {
      if (error instanceof ApiError && error.status === 409 && error.code !== 'turn_running')
        return // somebody was faster: its answer is on its way
      notices.tell(sessionId, `The agent was not asked again. ${(error as Error).message}`)
    }
  }

  /** @param words those that are selected; all of it, where there are none */
  function quote(words: string): void {
    const { sessionId, text } = item()
    drafts.setText(sessionId, `${joinTexts(drafts.textOf(sessionId), quoted(words || text))}\n\n`)
  }

  return { retry, quote }
}
