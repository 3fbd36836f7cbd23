import { computed, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { uuid } from '../../../shared/uuid.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useSessionsStore } from '../../stores/sessions.ts'
import type { SessionEntry } from '../../stores/sessions/sessionEntry.ts'
import { useDiscard } from '../drafts/useDiscard.ts'

/** Moving between sessions: which one is open, a new one, the list of all, and discarding a draft. */
export function useSessionNavigation() {
  const route = useRoute()
  const router = useRouter()
  const drafts = useDraftsStore()
  const sessions = useSessionsStore()
  const { discardDraft } = useDiscard()

  const currentId = computed(() => route.params.id as string | undefined)

  async function open(id: string, replace = false): Promise<void> {
    await router[replace ? 'replace' : 'push']({ name: 'session', params: { id } })
  }

  /** Opens an empty session: the one that is open, another one, or a new one where there is none. */
  async function create(replace = false): Promise<void> {
    const current = currentId.value
    const id = current !== undefined && sessions.isEmpty(current) ? current : sessions.findEmpty() ?? uuid()
    sessions.begin(id).catch(logUnsaved)
    await open(id, replace)
  }

  // Without an address of its own the app begins where nothing is written yet.
  watch([() => route.name, () => drafts.loaded], ([name, loaded]) => {
    if (name === 'home' && loaded)
      void create(true)
  }, { immediate: true })

  async function discard({ id, local }: SessionEntry): Promise<void> {
    const wasOpen = currentId.value === id
    await discardDraft(id, () => wasOpen && void open(id))
    if (local && wasOpen && !sessions.hasDraft(id))
      await router.replace({ name: 'home' })
  }

  return { currentId, open, create, discard }
}

function logUnsaved(error: unknown) {
  console.warn('This session is not saved on this device yet; it is with the first thing written in it.', error)
}
