import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type * as views from '../../utils/attachments/draftView.ts'
import type { media as tasks } from '../../workers/media.ts'
import type { ShownFiles } from './shownFiles.ts'

type State = AttachmentView['state']

export type SaveAgain = ReturnType<typeof createSavingAgain>

/** What becomes of files that the device has lost. */
export function createSavingAgain(files: ShownFiles, media: typeof tasks) {
  /**
   * The device has lost what it held of a draft: what this tab still has is saved again, the rest stays in sight as gone.
   * @returns the names of those that are usable again
   */
  async function saveAgain(sessionId: string): Promise<{ kept: string[] }> {
    const lost = files.viewsOf(sessionId).filter(({ state }) => state === 'saved')
    restate(sessionId, new Map(lost.map(({ id }) => [id, 'preparing'])))
    const usable = await media.saveAgain(lost.map(({ id, mimeType, size, hasPosition, edits }) => ({ id, mimeType, size, hasPosition, edits })))
      .catch(() => [])
    const states = new Map<string, State>(usable.map(({ id, saved }) => [id, saved ? 'saved' : 'tab-only']))
    restate(sessionId, new Map(lost.map(({ id }) => [id, states.get(id) ?? 'gone'])))
    await media.release(lost.filter(({ id }) => !states.has(id)).map(({ id }) => id)) // so that they can be attached again
    files.tell(sessionId)
    return { kept: lost.filter(({ id }) => states.has(id)).map(({ name }) => name) }
  }

  function restate(sessionId: string, states: ReadonlyMap<string, State>) {
    files.show(sessionId, files.viewsOf(sessionId).map(view => ({ ...view, safe: undefined, state: states.get(view.id) ?? view.state })))
  }

  return { saveAgain }
}

interface SavingMeans extends Pick<typeof views, 'toDraftView'> {
  files: ShownFiles
  media: Pick<typeof tasks, 'saveTabOnly'>
}

/** Tries again to put onto the device what found no room there. Not while the draft becomes a message: what is sent would be the next draft's. */
export async function saveTabOnly({ files, media, toDraftView }: SavingMeans, sessionId: string): Promise<void> {
  const isTabOnly = (id: string) => files.viewsOf(sessionId).some(view => view.id === id && view.state === 'tab-only')
  const shown = files.viewsOf(sessionId).map(({ id }) => id)
  if (!shown.some(isTabOnly))
    return
  for (const view of await media.saveTabOnly(shown)) {
    if (isTabOnly(view.id))
      files.replace(sessionId, view.id, toDraftView(view))
  }
}
