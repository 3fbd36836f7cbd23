import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useGoneSessionsStore } from '../../stores/goneSessions.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { DraftChangedError, DraftLostError } from '../../utils/text/draftChanged.ts'

/** Sending one session's draft: whether it can be, and how. */
export function useSendMessage(sessionId: MaybeRefOrGetter<string>) {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const gone = useGoneSessionsStore()
  const notices = useNoticesStore()
  const outbox = useOutboxStore()

  const canSend = computed(() => {
    const session = toValue(sessionId)
    const attachments = data.attachmentsOf(session)
    const something = attachments.length > 0 || drafts.textOf(session).trim() !== ''
    return something && drafts.conflictingTextOf(session) === undefined && attachments.every(({ state }) => state !== 'preparing' && state !== 'gone')
  })

  /** The draft becomes a message on its way, which nothing but the server's word ends. Pressed twice, or held, it is one message. */
  async function send(): Promise<void> {
    const session = toValue(sessionId)
    drafts.keep(session) // the page may be closed with the key
    await data.loadAttachmentsForSession(session).catch(logUnreadable) // its files, which may still be on their way from the disk
    await data.whenChanged(session) // a position that is being removed, or an edit that is being undone
    if (!canSend.value || gone.isDeleted(session)) // nothing is sent under its id: `useGoneSession` takes it elsewhere
      return
    notices.clear(session)
    try {
      await outbox.enqueue(session)
    }
    catch (error) {
      if (error instanceof DraftLostError)
        return void notices.tell(session, 'The message was not sent: the browser had just removed it from this device. Look at what is still here, and send it again.')
      if (!(error instanceof DraftChangedError)) {
        console.error(error)
        return void notices.tell(session, `The message was not sent: ${(error as Error).message}. It is still here; send it again.`)
      }
      notices.tell(session, 'The message was not sent, because this draft was just changed or sent in another tab. Look at it, and send it again.')
    }
  }

  return { canSend, send }
}

function logUnreadable(error: unknown) {
  console.warn('The files of this draft could not be read from this device; what is shown is sent.', error)
}
