import { createKeyedQueue } from '../../../shared/keyedQueue.ts'
import type { DraftText } from '../../utils/storage/textStorage.ts'
import { createDraftEditor, type DraftEditor } from './draftEditor.ts'
import { createShownDrafts } from './shownDrafts.ts'

export type DraftEditors = ReturnType<typeof createDraftEditors>

/** The drafts in this tab: how all of them are shown, and an editor for each. */
export function createDraftEditors(tab: string) {
  const shown = createShownDrafts()
  const editors = new Map<string, DraftEditor>()
  /** Reads and writes of one draft's text: each knows the revision that the one before left. */
  const queue = createKeyedQueue()

  function editorOf(sessionId: string): DraftEditor {
    const editor = editors.get(sessionId) ?? createDraftEditor(sessionId, tab)
    editors.set(sessionId, editor)
    return editor
  }

  function remember(sessionId: string, text: DraftText): void {
    editorOf(sessionId).remember(text)
    shown.noteChange(sessionId, text)
    shown.noteEdit(sessionId, text)
  }

  /** The device holds none of them any more. */
  const forgetAll = (): void => editors.forEach(editor => editor.forget())

  return { shown, queue, editorOf, remember, forgetAll }
}
