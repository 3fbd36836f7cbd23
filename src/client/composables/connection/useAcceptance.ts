import type { MessageAccepted } from '../../../shared/protocol/frames.ts'
import { useGoneSessionsStore } from '../../stores/goneSessions.ts'
import { useHistoryStore } from '../../stores/history.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import type { useOutbox } from './useOutbox.ts'

interface Neighbours {
  outbox: Pick<ReturnType<typeof useOutbox>, 'accepted'>
  followed: ReadonlySet<string>
  /** Reads a session's newest page again. */
  reload: (sessionId: string) => void
}

/** What the server has of this device's messages: they go from the outbox into the history. */
export function useAcceptance({ outbox, followed, reload }: Neighbours) {
  const gone = useGoneSessionsStore()
  const history = useHistoryStore()
  const messages = useOutboxStore()
  const sessions = useSessionsStore()

  /** Only now, and not before, it leaves this device. */
  async function accepted({ session_id: sessionId, message_id: messageId, message, replayed }: MessageAccepted): Promise<void> {
    if (gone.isDeleted(sessionId)) // with everything in it
      return outbox.accepted(messageId)
    const { replaces } = messages.messages.find(({ id }) => id === messageId) ?? {}
    if (replaces)
      history.replace(sessionId, replaces)
    history.put(sessionId, message, messages.attachmentsOf(messageId))
    sessions.adopt(sessionId, message.createdAt)
    await outbox.accepted(messageId)
    if (followed.has(sessionId) && (replayed || history.historyOf(sessionId)?.lastEventId === undefined))
      reload(sessionId) // its answer may have been given while nobody listened
  }

  /** Messages that wait here for the person, and that the server has by now: another device has sent them. */
  async function releaseKnown(sessionId: string): Promise<void> {
    await messages.refresh() // the history may be here before what the device holds
    const known = new Set(history.historyOf(sessionId)?.items.map(({ key }) => key))
    for (const { id } of messages.ofSession(sessionId).filter(({ id, problem }) => problem !== undefined && known.has(id)))
      await outbox.accepted(id)
  }

  return { accepted, releaseKnown }
}
