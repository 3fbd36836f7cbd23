import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useEvictionStore } from '../../stores/device/eviction.ts'
import { useGoneSessionsStore } from '../../stores/goneSessions.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { DraftChangedError } from '../../utils/text/draftChanged.ts'

/** Sending one session's draft: whether it can be, and how. */
export function useSendMessage(sessionId: MaybeRefOrGetter<string>) {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const eviction = useEvictionStore()
  const gone = useGoneSessionsStore()
  const notices = useNoticesStore()
  const outbox = useOutboxStore()

  const canSend = computed(() => {
    const session = toValue(sessionId)
    const attachments = data.attachmentsOf(session)
    const something = attachments.length > 0 || drafts.textOf(session).trim() !== ''
    return something && drafts.conflictingTextOf(session) === undefined && attachments.every(({ state }) => state !== 'preparing')
  })

  /** The draft becomes a message on its way, which nothing but the server's word ends. Pressed twice, or held, it is one message. */
  async function send(): Promise<void> {
    const session = toValue(sessionId)
    await data.loadAttachmentsForSession(session).catch(logUnreadable) // its files, which may still be on their way from the disk
    if (!canSend.value || gone.isDeleted(session)) // nothing is sent under its id: `useGoneSession` takes it elsewhere
      return
    const saved = data.attachmentsOf(session).filter(({ state }) => state === 'saved').map(({ name }) => name)
    notices.clear(session)
    try {
      await outbox.enqueue(session)
    }
    catch (error) {
      if (!(error instanceof DraftChangedError)) {
        console.error(error)
        return void notices.tell(session, `The message was not sent: ${(error as Error).message}. It is still here; send it again.`)
      }
      if (await eviction.explain(session, saved))
        return // nothing goes out that is not whole
      notices.tell(session, 'The message was not sent, because this draft was just changed or sent in another tab. Look at it, and send it again.')
    }
  }

  return { canSend, send }
}

function logUnreadable(error: unknown) {
  console.warn('The files of this draft could not be read from this device; what is shown is sent.', error)
}
