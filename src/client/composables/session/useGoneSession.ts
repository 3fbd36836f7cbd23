import { computed, shallowRef, toValue, type MaybeRefOrGetter } from 'vue'
import { useRouter } from 'vue-router'
import { uuid } from '../../../shared/uuid.ts'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useGoneSessionsStore } from '../../stores/goneSessions.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSessionsStore } from '../../stores/sessions.ts'

/** Whether a session is not there, and how its draft begins another one. */
export function useGoneSession(sessionId: MaybeRefOrGetter<string>) {
  const router = useRouter()
  const data = useDataStore()
  const drafts = useDraftsStore()
  const gone = useGoneSessionsStore()
  const notices = useNoticesStore()
  const outbox = useOutboxStore()
  const sessions = useSessionsStore()
  const moving = shallowRef(false)

  const absence = computed(() => gone.absenceOf(toValue(sessionId)))
  /** It cannot go anywhere yet: a file is still being read, or it is on its way already. */
  const busy = computed(() => moving.value || data.attachmentsOf(toValue(sessionId)).some(({ state }) => state === 'preparing'))

  /** Makes the draft another, new session's, and goes there. @param send it is sent as it is, too */
  async function begin({ send = false } = {}): Promise<void> {
    if (busy.value)
      return
    const from = toValue(sessionId)
    const to = uuid()
    moving.value = true
    try {
      await move(from, to)
      notices.clear(from)
      await router.push({ name: 'session', params: { id: to } })
      if (send)
        await outbox.enqueue(to)
    }
    catch (error) {
      console.error(error)
      notices.tell(from, `The draft could not be taken to a new session: ${(error as Error).message}. It is still here; try it again.`)
    }
    finally {
      moving.value = false
    }
  }

  async function move(from: string, to: string) {
    await drafts.whenSaved(from)
    await data.loadAttachmentsForSession(from).catch(logUnreadable)
    await sessions.begin(to).catch(logUnreadable)
    const text = drafts.textOf(from)
    if (drafts.ready)
      await data.moveDraft(from, to)
    drafts.forget(from, true)
    if (drafts.ready)
      await drafts.restored(to)
    else
      drafts.setText(to, text)
  }

  return { absence, busy, begin }
}

function logUnreadable(error: unknown) {
  console.warn('A draft could not be read from this device; what is shown is taken along.', error)
}
