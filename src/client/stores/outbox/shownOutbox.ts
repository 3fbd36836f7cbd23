import { computed, shallowReactive } from 'vue'
import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { OutboxMessage } from '../../utils/storage/draftSchema.ts'
import { useSendingStore } from '../tabs/sending.ts'

export type ShownOutbox = ReturnType<typeof createShownOutbox>

/** The messages on their way as this tab shows them, with their files. */
export function createShownOutbox() {
  const sending = useSendingStore()
  const messages = shallowReactive(new Map<string, OutboxMessage>())
  /** Those that found no room on this device: gone with the tab. */
  const tabOnly = shallowReactive(new Set<string>())
  /** Those that are being moved from draft to message: neither is sure yet. */
  const moving = shallowReactive(new Set<string>())
  const views = shallowReactive(new Map<string, readonly AttachmentView[]>())
  /** Ended in this tab: what is just being read of them is out of date. */
  const gone = new Set<string>()

  const all = computed(() => [...messages.values()].sort((a, b) => a.position - b.position || a.createdAt - b.createdAt))
  const ofSession = (sessionId: string): OutboxMessage[] => all.value.filter(message => message.sessionId === sessionId)
  const attachmentsOf = (id: string): readonly AttachmentView[] => views.get(id) ?? []

  /** The next one of a session that can be sent; those that were refused wait for the person, and hold nobody up. */
  const next = (sessionId: string): OutboxMessage | undefined => ofSession(sessionId).find(canGo)
  const canGo = ({ id, problem }: OutboxMessage) => problem === undefined && !moving.has(id)
  /** Sessions with something to send. */
  const waiting = computed(() => [...new Set(all.value.filter(canGo).map(({ sessionId }) => sessionId))])

  /** What the device holds, beside what only this tab has. @returns those that were only in this tab until now */
  function show(found: readonly OutboxMessage[]): OutboxMessage[] {
    const ids = new Set(found.map(({ id }) => id))
    for (const id of [...messages.keys()].filter(id => !ids.has(id) && !tabOnly.has(id) && !moving.has(id)))
      drop(id)
    const here = found.filter(({ id }) => !gone.has(id))
    here.forEach(message => messages.set(message.id, message))
    return here.filter(({ id }) => tabOnly.delete(id)) // another tab had what it needs
  }

  /** It ended here, and is not shown again whatever was read before. */
  function end(id: string): void {
    gone.add(id)
    drop(id)
  }

  function drop(id: string): void {
    messages.delete(id)
    sending.progress.delete(id)
    tabOnly.delete(id)
    moving.delete(id)
    views.delete(id)
  }

  /** Its files belong to somebody else from now on, as they are drawn. */
  function handOverViews(id: string): readonly AttachmentView[] {
    const shown = attachmentsOf(id)
    views.delete(id)
    return shown
  }

  return { messages, tabOnly, moving, views, gone, all, ofSession, attachmentsOf, next, waiting, show, end, drop, handOverViews }
}
