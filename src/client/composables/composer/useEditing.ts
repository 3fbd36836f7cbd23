import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useDataStore } from '../../stores/data.ts'
import { useDraftsStore } from '../../stores/drafts.ts'
import { useEditsStore } from '../../stores/edits/edits.ts'
import type { HistoryItem } from '../../stores/history/historyItem.ts'
import { useNoticesStore } from '../../stores/notices.ts'
import { useUndoStore } from '../../stores/undo.ts'
import { toReference } from '../../utils/attachments/reference.ts'
import { beginEdit, cancelEdit, resumeEdit, type Edit } from '../../utils/storage/edits/editStorage.ts'
import type { DraftText } from '../../utils/storage/textStorage.ts'

/** Editing a sent message: it is the session's draft then, until it is sent or that is cancelled. */
export function useEditing(sessionId: MaybeRefOrGetter<string>) {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const edits = useEditsStore()
  const notices = useNoticesStore()
  const { offer } = useUndoStore()

  const replaced = computed(() => edits.of(toValue(sessionId)))

  /** Opens a message with its files, by reference. What is being written is put aside until that is over. */
  async function begin({ id, text, attachments }: HistoryItem): Promise<void> {
    if (replaced.value === id)
      return
    const session = toValue(sessionId)
    const files = attachments.map((file) => {
      const media = toReference(session, file)
      const { base64: _, readFrom: _from, reading: _as, ...thumbnail } = media
      return { media, thumbnail }
    })
    await change(session, 'The message could not be opened to be edited', async () => took(session, await beginEdit(session, text, id, files), { replaces: id }))
  }

  async function cancel(): Promise<void> {
    const session = toValue(sessionId)
    await change(session, 'The edit could not be cancelled', async () => {
      const { cancelled, draft } = await cancelEdit(session) ?? {}
      if (!cancelled || !draft) // another tab was faster
        return edits.reread(session)
      await took(session, draft, {})
      offer('Edit cancelled.', async () => {
        await drafts.whenSaved(session)
        await took(session, await resumeEdit(session, cancelled), cancelled.edit)
      })
    })
  }

  async function took(session: string, draft: DraftText, edit: Edit) {
    drafts.showStored(session, draft)
    edits.show(session, edit)
    await data.reload(session)
  }

  async function change(session: string, failure: string, work: () => Promise<void>) {
    try {
      await drafts.whenSaved(session)
      await work()
    }
    catch (error) {
      console.error(error)
      notices.tell(session, `${failure}: ${(error as Error).message}. Try it again.`)
    }
  }

  return { replaced, begin, cancel }
}
