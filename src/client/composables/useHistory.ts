import { computed, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { useDataStore } from '../stores/data.ts'
import { useDraftsStore } from '../stores/drafts.ts'
import { useHistoryStore, type HistoryItem } from '../stores/history.ts'
import { getBytes } from '../utils/api.ts'
import type { AttachmentView } from '../../shared/attachments.ts'
import { useConnection } from './useConnection.ts'

/** What a session's history shows: the server's messages, and at the end the one still on its way. */
export function useHistory(sessionId: MaybeRefOrGetter<string>) {
  const connection = useConnection()
  const data = useDataStore()
  const drafts = useDraftsStore()
  const store = useHistoryStore()

  const history = computed(() => store.historyOf(toValue(sessionId)))
  const items = computed(() => history.value?.items ?? [])
  const running = computed(() => items.value.some(({ role, status }) => role === 'assistant' && status === 'running'))

  /** Shown until the server's own copy of it is there. */
  const pending = computed<HistoryItem | undefined>(() => {
    const session = toValue(sessionId)
    const key = drafts.sendingIdOf(session)
    if (!key || items.value.some(item => item.key === key))
      return undefined
    return {
      id: key, key, role: 'user', status: 'sending', text: drafts.textOf(session),
      attachments: data.attachmentsOf(session), createdAt: Date.now(),
    }
  })

  const shown = computed(() => pending.value ? [...items.value, pending.value] : items.value)
  const state = computed(() => history.value?.state ?? 'loading')
  const hasMore = computed(() => history.value?.hasMore ?? false)

  watch([() => toValue(sessionId), () => drafts.loaded], ([id, loaded]) => {
    if (loaded) // which sessions are still drafts, and have no history, is known
      void connection.follow(id)
  }, { immediate: true })

  /** The bytes of a shown attachment, wherever they are. */
  const open = ({ id, url }: AttachmentView): Promise<Blob> => url ? getBytes(url) : data.openAttachment(id)

  return {
    items: shown, state, hasMore, running, open,
    loadOlder: () => store.loadOlder(toValue(sessionId)),
    reload: () => connection.follow(toValue(sessionId)),
  }
}
