import { watch } from 'vue'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import { ApiError, getMessage } from '../../utils/network/api.ts'
import { pause } from '../../utils/timing/pause.ts'
import type { OutboxMessage } from '../../utils/storage/draftSchema.ts'
import type { Refusal } from './useOutboxFrames.ts'

/** Milliseconds until the news of what runs in a session is here. */
const SOON = 2000
const DELETED = 'The message that you edited was deleted meanwhile. Retry sends this as a new message.'

/** What becomes of an edited message that the server does not take as one. */
export function useRefusedEdits() {
  const outbox = useOutboxStore()
  const sessions = useSessionsStore()

  /** While an answer runs it waits for that to end; where the message that it stands for is gone it is a new one, and the person is asked. @returns whether that was why */
  async function settle(message: OutboxMessage, { status, code }: Refusal, connection: AbortSignal): Promise<boolean> {
    if (message.replaces === undefined)
      return false
    if (code === 'turn_running') {
      await whenAnswered(message, connection)
      return true
    }
    if (status !== 404 || !await isDeleted(message.sessionId, message.replaces))
      return false
    await outbox.detach(message.id, DELETED)
    return true
  }

  function whenAnswered({ id, sessionId }: OutboxMessage, connection: AbortSignal): Promise<void> {
    const isRunning = () => sessions.entries.some(entry => entry.id === sessionId && entry.running)
    if (!isRunning())
      return pause(SOON, connection)
    return new Promise((resolve) => {
      const stop = watch(() => isRunning() && outbox.next(sessionId)?.id === id, waits => waits || end())
      function end() {
        stop()
        connection.removeEventListener('abort', end)
        resolve()
      }
      connection.addEventListener('abort', end)
    })
  }

  return { settle }
}

async function isDeleted(sessionId: string, id: string): Promise<boolean> {
  try {
    await getMessage(sessionId, id)
    return false
  }
  catch (error) {
    return error instanceof ApiError && error.status === 404
  }
}
