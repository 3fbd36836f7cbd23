import type { AttachmentView } from '../../../shared/attachmentView.ts'
import type { Changes } from '../../../shared/files/edits.ts'
import { nameInSentence } from '../../../shared/plainText.ts'
import type { useDataStore } from '../../stores/data.ts'
import type { useNoticesStore } from '../../stores/notices.ts'
import type { useUndoStore } from '../../stores/undo.ts'

/** What the first load has of it already, so that it is not taken apart for this. */
export interface ChangeMeans {
  data: Pick<ReturnType<typeof useDataStore>, 'laterMeans'>
  offer: ReturnType<typeof useUndoStore>['offer']
  notices: Pick<ReturnType<typeof useNoticesStore>, 'allOf' | 'noticesOf' | 'tell' | 'withdraw'>
}

/** What can be done to a draft's files while they are looked at. All of it can be undone until they are sent. */
export function useChanges({ data: { laterMeans: { files, media, showAnew } }, offer }: ChangeMeans, sessionId: () => string) {
  /** @param changes those that are made beside the ones before @param what of the file, for the offer to undo it: "edited" @throws where it is gone */
  async function change(view: AttachmentView, changes: Changes, what: string): Promise<void> {
    const session = sessionId()
    const { id: _, ...before } = view.edits ?? { id: '' }
    const make = (all: Changes) => showAnew(session, view.id, media.change(view.id, all))
    await make({ ...before, ...changes })
    offer(`${nameInSentence(view.name)} ${what}.`, () => make(before))
  }

  /** On the device and then in sight. @throws where it is gone */
  async function setCaption({ id }: AttachmentView, text: string): Promise<void> {
    const session = sessionId()
    const caption = await media.setCaption(id, text)
    files.show(session, files.viewsOf(session).map(view => view.id === id ? { ...view, caption } : view))
    files.tell(session)
  }

  return {
    change, setCaption,
    openGiven: ({ id }: AttachmentView) => media.openGiven(id),
    readGiven: ({ id }: AttachmentView) => media.readGiven(id),
    /** What a picture would weigh as it is, good and small. */
    weigh: ({ id }: AttachmentView) => media.weigh(id),
  }
}

/** Its bytes are this device's, and not being prepared. */
export const isChangeable = ({ url, state }: AttachmentView): boolean => !url && (state === 'saved' || state === 'tab-only')
