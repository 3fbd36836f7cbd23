import { useDataStore } from '../../../stores/data.ts'
import { useDraftsStore } from '../../../stores/drafts.ts'
import { useEditsStore } from '../../../stores/edits/edits.ts'
import { useUndoStore } from '../../../stores/undo.ts'
import { cancelEdit, resumeEdit, type Edit } from '../../../utils/storage/edits/editStorage.ts'
import { forgetEnded, getEnded, type EndedEdit } from '../../../utils/storage/edits/endedStorage.ts'
import type { DraftText } from '../../../utils/storage/textStorage.ts'
import { inBackground } from '../../../utils/timing/inBackground.ts'
import { useHoldingPlace } from './useHoldingPlace.ts'

/** Edits that are kept on the device and were offered by this page. */
const offered = new Set<string>()

/** How an edit of a sent message ends without being sent, and comes back. */
export function useEndingEdit() {
  const data = useDataStore()
  const drafts = useDraftsStore()
  const edits = useEditsStore()
  const { offer } = useUndoStore()
  const { release } = useHoldingPlace()

  /** What was being written before is the draft again. @throws what kept the device from it */
  async function end(session: string): Promise<void> {
    const { ended, draft } = await cancelEdit(session) ?? {}
    if (!ended || !draft) // another tab was faster
      return edits.reread(session)
    await took(session, draft, {})
    offerBack(session, ended)
  }

  /** It is over: the agent may begin with its message, and for a while it can be opened again. */
  function offerBack(session: string, ended: EndedEdit): void {
    const { keptAs } = ended
    release(session, ended)
    const undo = async () => {
      await drafts.whenSaved(session)
      await drafts.inTurn(session, () => goOn(session, ended))
    }
    if (keptAs === undefined)
      return void offer('Edit cancelled.', undo)
    offered.add(keptAs)
    offer('Edit cancelled.', undo, () => inBackground(forgetEnded(session, keptAs), 'An edit that was cancelled stays on this device for a while.'))
  }

  /** What was cancelled in a page that is gone, before the person had time to take that back. */
  async function offerKept(session: string): Promise<void> {
    const ended = await getEnded(session)
    if (ended?.keptAs !== undefined && !offered.has(ended.keptAs))
      offerBack(session, ended)
  }

  async function goOn(session: string, ended: EndedEdit): Promise<void> {
    const resumed = await resumeEdit(session, ended)
    await took(session, resumed.draft, ended.edit)
    if (resumed.ended)
      offerBack(session, resumed.ended)
  }

  /** The device holds this draft now: it is shown. */
  async function took(session: string, draft: DraftText, edit: Edit): Promise<void> {
    drafts.showStored(session, draft)
    edits.show(session, edit)
    await data.reload(session)
  }

  return { end, offerBack, offerKept, took }
}
