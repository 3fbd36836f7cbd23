import { watch } from 'vue'
import { createKeyedQueue } from '../../../shared/keyedQueue.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useGoneSessionsStore, type Absence } from '../../stores/goneSessions.ts'
import { useHistoryStore } from '../../stores/history.ts'
import { useLocalSessionsStore } from '../../stores/localSessions.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { ApiError, getSession } from '../../utils/network/api.ts'

/** What the server's problems call it, whoever asks for such a session or sends to it. */
export const SESSION_DELETED = 'session_deleted'

const TOLD = 'This session was deleted'
const TOLD_WITH_DRAFT = `${TOLD}; your draft is kept`

/**
 * Sessions that are not on the server: what is shown of them goes, and what was not sent stays as their draft.
 * @param isOpen whether the session was opened in this tab: then the person is told
 */
export function useGoneSessions(isOpen: (id: string) => boolean) {
  const drafts = useDraftsStore()
  const gone = useGoneSessionsStore()
  const history = useHistoryStore()
  const local = useLocalSessionsStore()
  const notices = useNoticesStore()
  const outbox = useOutboxStore()
  const sessions = useSessionsStore()
  /** By session: each message goes before the draft as the one after it has left it. */
  const queue = createKeyedQueue()

  // Also those that another tab, or the move from draft to message, puts there later.
  watch(() => outbox.waiting.filter(gone.isDeleted), ids => ids.forEach(id => void keepMessages(id)))

  async function leave(id: string, absence: Absence): Promise<void> {
    if (gone.absenceOf(id) === absence || gone.isDeleted(id))
      return
    gone.add(id, absence)
    sessions.remove(id)
    history.forget(id)
    if (absence === 'unknown')
      return
    if (isOpen(id))
      notices.tell(id, sessions.hasDraft(id) || outbox.ofSession(id).length ? TOLD_WITH_DRAFT : TOLD, 'warning')
    await local.forget(id).catch(logUnstored)
    await keepMessages(id)
  }

  /** The messages that wait become the draft again, the first one first. */
  function keepMessages(id: string): Promise<void> {
    return queue.run(id, async () => {
      for (const message of outbox.ofSession(id).reverse())
        await outbox.keep(message.id).catch(logUnstored)
    })
  }

  const deleted = (id: string): Promise<void> => leave(id, 'deleted')

  /** It should be on the server, as far as this device knows, and is not in its list. What waits to be sent may still make it. */
  const isInDoubt = (id: string): boolean => sessions.loaded && drafts.ready && sessions.isLocal(id) && !local.sessions.has(id)
    && !sessions.ownTitleOf(id) && !outbox.ofSession(id).length && !gone.absenceOf(id)

  /** Only the server's own word counts. @throws ApiError where it cannot be had */
  async function look(id: string): Promise<void> {
    try {
      sessions.update(await getSession(id))
    }
    catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404)
        throw error
      if (error.code === SESSION_DELETED || isInDoubt(id)) // it may have been begun meanwhile
        await leave(id, error.code === SESSION_DELETED ? 'deleted' : 'unknown')
    }
  }

  /** Looks where there is doubt. @returns whether it is gone */
  async function check(id: string): Promise<boolean> {
    if (isInDoubt(id))
      await look(id)
    return gone.absenceOf(id) !== undefined
  }

  /** Sessions that were in the server's list, and are not any more: while nobody listened they were deleted. */
  async function missed(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (isOpen(id) || sessions.hasDraft(id) || outbox.ofSession(id).length)
        await look(id)
    }
  }

  return { deleted, check, missed }
}

function logUnstored(error: unknown) {
  console.warn('What belonged to a deleted session could not be changed on this device.', error)
}
