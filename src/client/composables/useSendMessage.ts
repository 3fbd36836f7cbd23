import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useDataStore } from '../stores/data.ts'
import { useDraftsStore } from '../stores/drafts.ts'
import { useNoticesStore } from '../stores/notices.ts'
import { uuid } from '../utils/uuid.ts'
import { useConnection } from './useConnection.ts'

/** Sending one session's draft: whether it can be, whether it is on its way, and how. */
export function useSendMessage(sessionId: MaybeRefOrGetter<string>) {
  const connection = useConnection()
  const data = useDataStore()
  const drafts = useDraftsStore()
  const notices = useNoticesStore()

  const sending = computed(() => drafts.sendingIdOf(toValue(sessionId)) !== undefined)
  const canSend = computed(() => {
    const attachments = data.attachmentsOf(toValue(sessionId))
    const something = attachments.length > 0 || drafts.textOf(toValue(sessionId)).trim() !== ''
    return something && !sending.value && attachments.every(({ state }) => state !== 'preparing')
  })

  /** The draft stays until the server has accepted it. Pressed twice, or held, it is still one message. */
  async function send(): Promise<void> {
    const session = toValue(sessionId)
    if (!canSend.value)
      return
    notices.clear(session)
    await drafts.beginSending(session, uuid()) // from its first line on `sending` is true
    await connection.transmit(session)
  }

  return { sending, canSend, send }
}
