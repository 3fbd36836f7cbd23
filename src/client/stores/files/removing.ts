import type { AttachmentView } from '../../../shared/attachments.ts'
import { releaseView, toDraftView } from '../../utils/attachments/draftView.ts'
import { insertAfter, joinOrders } from '../../utils/storage/order.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import { media } from '../../workers/media.ts'
import { UNREADABLE, type ShownFiles } from './shownFiles.ts'
import type { Taking } from './taking.ts'

/** How files leave a draft for good, one or all of them, and come back. */
export function createRemoving(files: ShownFiles, { takeAttachments, restore }: Taking) {
  /** @returns puts it back in its place, as it was; undefined where another tab was faster */
  async function removeAttachment(sessionId: string, id: string): Promise<(() => Promise<void>) | undefined> {
    const views = files.viewsOf(sessionId)
    const draft = files.filesOf(sessionId)
    draft.order = joinOrders(draft.order, views.map(view => view.id))
    const before = draft.order.slice(0, draft.order.indexOf(id))
    draft.leaving.add(id)
    try {
      const undoId = await media.remove(id, before)
      files.drop(sessionId, id)
      views.filter(view => view.id === id).forEach(releaseView)
      files.tell(sessionId)
      return undoId === undefined ? undefined : () => putBack(sessionId, undoId, id, before)
    }
    finally {
      inBackground(files.left(sessionId, [id]), UNREADABLE)
    }
  }

  async function putBack(sessionId: string, undoId: string, id: string, before: readonly string[]) {
    const attached = await media.putBackAttachment(undoId)
    files.filesOf(sessionId).leaving.delete(id)
    if (!attached)
      return files.reload(sessionId)
    const { view, saved } = attached
    const shown = files.viewsOf(sessionId)
    const views = new Map<string, AttachmentView>([...shown, toDraftView(view, saved)].map(view => [view.id, view]))
    files.show(sessionId, insertAfter(shown.map(other => other.id), id, before).flatMap(other => views.get(other) ?? []))
    files.tell(sessionId)
  }

  /** Removes them from the device as well. */
  async function clearAttachmentsForSession(sessionId: string): Promise<void> {
    const ids = files.viewsOf(sessionId).map(({ id }) => id)
    await media.clear(sessionId)
    takeAttachments(sessionId, ids).forEach(releaseView)
    await media.forget(ids)
    await files.reload(sessionId) // of what came meanwhile the device says what is left
  }

  /** Takes a whole draft off the device. @returns puts its files back */
  async function removeDraft(sessionId: string, keepSession: boolean): Promise<() => Promise<void>> {
    const ids = files.viewsOf(sessionId).map(({ id }) => id)
    const undoId = await media.removeDraft(sessionId, ids, keepSession)
    takeAttachments(sessionId, ids).forEach(releaseView)
    inBackground(files.left(sessionId, ids), UNREADABLE)
    files.tell(sessionId)
    return async () => {
      const tabOnly = await media.putBackDraft(undoId)
      await restore(sessionId, ids, tabOnly.map(view => toDraftView(view, false)))
    }
  }

  return { removeAttachment, clearAttachmentsForSession, removeDraft }
}
