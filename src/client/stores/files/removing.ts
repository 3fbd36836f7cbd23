import { toDraftView } from '../../utils/attachments/draftView.ts'
import { insertAfter, joinOrders } from '../../utils/storage/order.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import { media } from '../../workers/media.ts'
import { loadLater } from './attaching.ts'
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
      files.tell(sessionId)
      return undoId === undefined ? undefined : () => putBack(sessionId, undoId, id, before)
    }
    finally {
      inBackground(files.left(sessionId, [id]), UNREADABLE)
    }
  }

  async function putBack(sessionId: string, undoId: string, id: string, before: readonly string[]) {
    const later = await loadLater()
    await later.putBack({ files, media, toDraftView, insertAfter }, sessionId, { undoId, id, before })
  }

  /** Removes them from the device as well. */
  function clearAttachmentsForSession(sessionId: string): Promise<void> {
    const ids = files.viewsOf(sessionId).map(({ id }) => id)
    return discarding(sessionId, loadLater().then(later => later.clear({ files, media, takeAttachments }, sessionId, ids)))
  }

  async function discarding<Result>(sessionId: string, work: Promise<Result>): Promise<Result> {
    const draft = files.filesOf(sessionId)
    draft.discarding = work
    try {
      return await work
    }
    finally {
      if (draft.discarding === work)
        draft.discarding = undefined
    }
  }

  /** Takes a whole draft off the device. @returns puts its files back */
  async function removeDraft(sessionId: string, keepSession: boolean): Promise<() => Promise<void>> {
    const ids = files.viewsOf(sessionId).map(({ id }) => id)
    const undoId = await discarding(sessionId, media.removeDraft(sessionId, ids, keepSession))
    takeAttachments(sessionId, ids)
    inBackground(files.left(sessionId, ids), UNREADABLE)
    files.tell(sessionId)
    return async () => {
      const tabOnly = await media.putBackDraft(undoId)
      await restore(sessionId, ids, tabOnly.map(view => toDraftView(view, false)))
    }
  }

  return { removeAttachment, clearAttachmentsForSession, removeDraft }
}
