import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { inBackground } from '../../utils/timing/inBackground.ts'
import { media } from '../../workers/media.ts'
import { loadLater } from './attaching.ts'
import { logUnreadable, UNREADABLE, type ShownFiles } from './shownFiles.ts'

export type Taking = ReturnType<typeof createTaking>

/** How files become a message's or another draft's, and this draft's again. */
export function createTaking(files: ShownFiles) {
  /**
   * Takes them out of the draft as it is shown; on the device it is the caller's to do.
   * @param ids those that the person saw when it began; all of them, where it begins now
   * @returns how they were shown
   */
  function takeAttachments(sessionId: string, ids?: readonly string[]): readonly AttachmentView[] {
    const draft = files.filesOf(sessionId)
    const taken = files.viewsOf(sessionId).filter(({ id }) => ids?.includes(id) ?? true)
    taken.forEach(({ id }) => draft.leaving.add(id))
    draft.order = []
    draft.wanted = undefined
    files.show(sessionId, files.viewsOf(sessionId).filter(view => !taken.includes(view)))
    inBackground(media.release(taken.map(view => view.id)), UNREADABLE)
    return taken
  }

  /** They are the draft's again, on the device as well: it tells how they look, and where they stand. */
  async function restore(sessionId: string, ids: readonly string[], tabOnly: readonly AttachmentView[] = []): Promise<void> {
    comeBack(sessionId, ids, tabOnly)
    await files.sync(sessionId).catch(logUnreadable)
    files.tell(sessionId)
  }

  /** They never left the draft. */
  function putBackAll(sessionId: string, shown: readonly AttachmentView[]): void {
    comeBack(sessionId, shown.map(({ id }) => id), shown)
  }

  function comeBack(sessionId: string, ids: readonly string[], shown: readonly AttachmentView[]) {
    ids.forEach(id => files.filesOf(sessionId).leaving.delete(id))
    files.show(sessionId, [...shown, ...files.viewsOf(sessionId)])
  }

  /** Makes a whole draft's files another session's. @throws where the device could not, and nothing was moved */
  async function moveDraft(from: string, to: string): Promise<void> {
    const ids = files.viewsOf(from).map(({ id }) => id)
    const later = await loadLater()
    await later.moveDraft({ files, media, takeAttachments, restore }, ids, from, to)
  }

  return { takeAttachments, restore, putBackAll, moveDraft }
}
