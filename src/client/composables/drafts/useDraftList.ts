import { computed, shallowReactive, watch } from 'vue'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { useDataStore } from '../../stores/data.ts'
import { useOutboxStore } from '../../stores/outbox.ts'
import { useSendingStore } from '../../stores/tabs/sending.ts'
import { useUnsentStore, type UnsentEntry } from '../../stores/unsent.ts'
import { useDiscard } from './useDiscard.ts'
import { useDiscardAside } from './useDiscardAside.ts'
import { useDraftStates, type DraftState } from '../composer/useDraftState.ts'

/** Where the page of all drafts is told what went wrong. No session can be called that. */
export const DRAFTS_PAGE = '/drafts'

/** One draft or message as the list shows it. */
export interface UnsentItem extends UnsentEntry {
  attachments: readonly AttachmentView[]
  /** Of a draft where it is, of a message how far. */
  state: DraftState | 'waiting' | 'sending' | 'refused'
  /** Why it was refused, as a sentence. */
  problem?: string
}

/** Everything that is not sent, of all sessions, and throwing it away. */
export function useDraftList() {
  const data = useDataStore()
  const outbox = useOutboxStore()
  const sending = useSendingStore()
  const unsent = useUnsentStore()
  const stateOf = useDraftStates()
  const views = useViewsOfOthers(() => unsent.entries)
  const { discardDraft, discardMessage } = useDiscard(DRAFTS_PAGE)

  void unsent.refresh()

  const items = computed(() => unsent.entries.map((entry): UnsentItem => entry.kind !== 'message'
    ? { ...entry, attachments: views.get(entry.id)?.shown ?? data.attachmentsOf(entry.id), state: stateOf(entry.id) ?? 'saved' }
    : { ...entry, attachments: outbox.attachmentsOf(entry.id), ...stateOfMessage(entry.id) }))

  function stateOfMessage(id: string): Pick<UnsentItem, 'state' | 'problem'> {
    if (sending.isSending(id))
      return { state: 'sending' }
    const problem = outbox.messages.find(message => message.id === id)?.problem
    if (problem !== undefined)
      return { state: 'refused', problem }
    return { state: outbox.tabOnly.has(id) ? 'tab-only' : 'waiting' }
  }

  const discardAside = useDiscardAside(DRAFTS_PAGE)

  function discard(entry: UnsentEntry): Promise<void> {
    switch (entry.kind) {
      case 'draft': return discardDraft(entry.id)
      case 'aside': return discardAside(entry.sessionId)
      case 'message': return discardMessage(entry)
    }
  }

  return { items, discard, open: data.openAttachment }
}

/** How the drafts look whose sessions this tab has not shown. Their small pictures go with the list. */
function useViewsOfOthers(entries: () => readonly UnsentEntry[]) {
  const data = useDataStore()
  const views = shallowReactive(new Map<string, { ids: string, shown: readonly AttachmentView[] }>())

  const wanted = () => entries().filter(({ kind, id, mediaIds }) => kind !== 'message' && mediaIds.length && data.countOf(id) === undefined)

  watch(wanted, (drafts) => {
    for (const id of [...views.keys()].filter(id => !drafts.some(draft => draft.id === id)))
      views.delete(id)
    for (const { id, mediaIds } of drafts.filter(({ id, mediaIds }) => views.get(id)?.ids !== mediaIds.join()))
      void look(id, mediaIds)
  }, { immediate: true })

  async function look(id: string, mediaIds: readonly string[]) {
    const ids = mediaIds.join()
    views.set(id, { ids, shown: views.get(id)?.shown ?? [] })
    try {
      const shown = await data.viewsOf(mediaIds)
      if (views.get(id)?.ids === ids)
        views.set(id, { ids, shown })
    }
    catch (error) {
      console.warn('The files of a draft could not be read.', error)
    }
  }

  return views
}
