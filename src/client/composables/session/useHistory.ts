import { computed, toValue, watch, type MaybeRefOrGetter } from 'vue'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useHistoryStore } from '../../stores/history.ts'
import { useDeletionsStore } from '../../stores/sessions/deletions.ts'
import type { HistoryItem } from '../../stores/history/historyItem.ts'
import { withPending } from '../../stores/history/replacing.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSendingStore } from '../../stores/tabs/sending.ts'
import { useServerClockStore } from '../../stores/serverClock.ts'
import { getBytes } from '../../utils/network/api.ts'
import type { OutboxMessage } from '../../utils/storage/draftSchema.ts'
import { useConnection } from '../connection/useConnection.ts'

/** What a session's history shows: the server's messages, and at the end those still on their way. */
export function useHistory(sessionId: MaybeRefOrGetter<string>) {
  const connection = useConnection()
  const data = useDataStore()
  const drafts = useDraftsStore()
  const outbox = useOutboxStore()
  const sending = useSendingStore()
  const clock = useServerClockStore()
  const store = useHistoryStore()
  const { without } = useDeletionsStore()

  const history = computed(() => store.historyOf(toValue(sessionId)))
  const items = computed(() => history.value?.items ?? [])
  const running = computed(() => items.value.some(({ role, status }) => role === 'assistant' && status === 'running'))

  /** Shown until the server's own copy of them is there. */
  const pending = computed(() => outbox.ofSession(toValue(sessionId))
    .filter(({ id }) => !items.value.some(item => item.key === id))
    .map(toItem))

  const isQueued = (id: string) => items.value.some(item => item.id === id && item.status === 'accepted')

  function toItem({ id, sessionId, text, createdAt, problem, replaces }: OutboxMessage): HistoryItem {
    const progress = sending.progress.get(id)
    const status = sending.isSending(id) ? 'sending' : problem !== undefined ? 'unsent' : 'waiting'
    return {
      id, key: id, sessionId, role: 'user', status, text, parts: [], attachments: outbox.attachmentsOf(id), createdAt: clock.toServer(createdAt), problem, progress,
      delay: sending.delays.get(id), tabOnly: outbox.tabOnly.has(id), replaces, held: status === 'waiting' && replaces !== undefined && running.value && !isQueued(replaces),
    }
  }

  const shown = computed(() => without(pending.value.length ? withPending(items.value, pending.value) : items.value))
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
