import { isInConflict, ownText } from '../../utils/storage/conflictingTexts.ts'
import type { NewMessage } from '../../utils/storage/outbox/putMessage.ts'
import type { SeenDraft } from '../../utils/storage/outbox/outboxStorage.ts'
import { saveDraftText, type DraftText } from '../../utils/storage/textStorage.ts'
import { joinTexts } from '../../utils/text/joinTexts.ts'
import { useTabsStore } from '../tabs/tabs.ts'
import type { DraftEditors } from './draftEditors.ts'
import type { ReadingDrafts } from './readingDrafts.ts'
import type { SavingDrafts } from './savingDrafts.ts'

/** What became of a draft that was to be a message. */
export interface HandedOver {
  /** What is left of it. */
  draft: DraftText
  /** The message is on the device: its words need not be in the journal any more. */
  isStored: boolean
}

/** How a draft's text becomes a message's. */
export function createHandingOver({ shown, queue, editorOf, remember }: DraftEditors, { ready }: ReadingDrafts, saving: SavingDrafts) {
  const tabs = useTabsStore()

  /**
   * Takes the text out of the composer at once, and lets `work` take it from the device. Where that fails it is back,
   * before what was typed meanwhile. From the first moment on until the device holds the message it is in the journal,
   * from which it goes on its way when the page is gone.
   */
  async function handOver(message: NewMessage, work: (seen: Omit<SeenDraft, 'tabOnly'>) => Promise<HandedOver>): Promise<void> {
    const { id, sessionId, text, projectId, mediaIds, createdAt, choice } = message
    const editor = editorOf(sessionId)
    const isRead = ready.value
    const taken = editor.kept()
    const isDirty = shown.dirty.has(sessionId)
    const isKept = editor.keepMessage({ id, text, message: { projectId, mediaIds, createdAt, choice } }, isRead)
    saving.cancel(sessionId)
    shown.dirty.delete(sessionId)
    shown.merge(sessionId, { message: '', mediaIds: [] })
    try {
      await editor.revising(next => queue.run(sessionId, async () => {
        if (!isKept && isRead && isDirty)
          await saveFirst(sessionId, text)
        const { draft, isStored } = await work({ revision: editor.base(), isUnread: !isRead, next, taken })
        if (isStored)
          editor.dropMessage(id)
        showStored(sessionId, draft)
      }))
    }
    catch (error) {
      saving.setText(sessionId, joinTexts(text, shown.textOf(sessionId)))
      saving.keep(sessionId, [id])
      editor.dropMessage(id)
      throw error
    }
  }

  /** A browser without a journal has at least the draft, should the page go meanwhile. */
  async function saveFirst(sessionId: string, text: string) {
    try {
      remember(sessionId, await saveDraftText(sessionId, text, { tab: tabs.id, base: editorOf(sessionId).base() }))
    }
    catch (error) {
      console.warn('The text of a message could not be saved on this device before it is sent.', error)
    }
  }

  /** The device holds this text now, because of something done in this tab. What was typed meanwhile stays, after it. */
  function showStored(sessionId: string, text: DraftText): void {
    remember(sessionId, text)
    const typed = shown.typedOf(sessionId)
    const message = isInConflict(text, tabs.id) ? typed || ownText(text, tabs.id) : joinTexts(text.message, typed)
    shown.merge(sessionId, { message, mediaIds: text.mediaIds })
    tabs.tell({ about: 'text', sessionId })
  }

  return { handOver, showStored, dropMessage: (sessionId: string, id: string): void => editorOf(sessionId).dropMessage(id) }
}
