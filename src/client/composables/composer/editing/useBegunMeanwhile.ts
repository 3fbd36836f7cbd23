import type { HistoryItem } from '../../../stores/history/historyItem.ts'
import { useNoticesStore } from '../../../stores/notices.ts'

const BEGUN = 'The agent has begun with this message as it was. Sending your change makes another version of it.'

/** The message of which this page has told it, by session. */
const told = new Map<string, string>()

/** Whether the agent begins with a message that is being edited while it waits, before its change is sent. */
export function useBegunMeanwhile() {
  const notices = useNoticesStore()

  /** How the message is now that was opened while it waited; undefined where no such one is being edited, or where it is not shown. */
  function see(sessionId: string, messageId: string | undefined, status: HistoryItem['status'] | undefined): void {
    if (messageId === undefined)
      return end(sessionId)
    if (status && status !== 'accepted' && told.get(sessionId) !== messageId) {
      told.set(sessionId, messageId)
      notices.tell(sessionId, BEGUN, 'warning')
    }
  }

  function end(sessionId: string): void {
    told.delete(sessionId)
    notices.withdraw(sessionId, ({ text }) => text === BEGUN)
  }

  return { see }
}
