import type { HistoryItem } from '../../../stores/history/historyItem.ts'
import { useNoticesStore } from '../../../stores/notices.ts'

const BEGUN = 'The agent has begun with this message as it was. Sending your change makes another version of it.'

/** The message that was edited while it waited, by session: also when that session is not shown. */
const waiting = new Map<string, string>()

/** Whether the agent begins with a message that is being edited while it waits, before its change is sent. */
export function useBegunMeanwhile() {
  const notices = useNoticesStore()

  /** How the message is now that is being edited in a session; undefined where none is, or where it is not shown. */
  function see(sessionId: string, messageId: string | undefined, status: HistoryItem['status'] | undefined): void {
    if (messageId === undefined)
      return end(sessionId)
    if (status === 'accepted')
      waiting.set(sessionId, messageId)
    else if (status && waiting.get(sessionId) === messageId) {
      waiting.delete(sessionId)
      notices.tell(sessionId, BEGUN, 'warning')
    }
  }

  function end(sessionId: string): void {
    waiting.delete(sessionId)
    notices.withdraw(sessionId, ({ text }) => text === BEGUN)
  }

  return { see }
}
