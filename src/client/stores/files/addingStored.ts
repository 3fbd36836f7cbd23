import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { createKeyedQueue } from '../../../shared/keyedQueue.ts'
import { toReference } from '../../utils/attachments/reference.ts'
import type { toDraftView as draw } from '../../utils/attachments/draftView.ts'
import type { insertAfter as insert } from '../../utils/storage/order.ts'
import type { media as tasks } from '../../workers/media.ts'
import type { ShownFiles } from './shownFiles.ts'

interface Means { files: ShownFiles, media: typeof tasks, toDraftView: typeof draw, insertAfter: typeof insert }

/** Of one draft one after the other: each stands behind those that were chosen before it. */
const turns = createKeyedQueue()

/** Attaches what the server holds, before the draft's own files. The draft's files have been read. */
export const addStored = (means: Means, sessionId: string, file: AttachmentView): Promise<void> =>
  turns.run(sessionId, () => add(means, sessionId, file))

async function add(means: Means, sessionId: string, file: AttachmentView) {
  const { files, media, toDraftView } = means
  const before = files.viewsOf(sessionId).filter(({ url }) => url).map(({ id }) => id)
  const reference = toReference(sessionId, file)
  const { view, saved } = await media.attachStored(reference, before)
  showBehind(means, sessionId, toDraftView(view, saved), before)
}

/** Puts a file that was removed back in its place. One that was still being prepared is so again, as one that was found. */
export async function putBack(means: Means, sessionId: string, { undoId, id, before }: { undoId: string, id: string, before: readonly string[] }): Promise<void> {
  const { files, media, toDraftView } = means
  const attached = await media.putBackAttachment(undoId)
  files.filesOf(sessionId).leaving.delete(id)
  if (attached)
    showBehind(means, sessionId, toDraftView(attached.view, attached.saved), before)
  else
    await files.reload(sessionId)
}

function showBehind({ files, insertAfter }: Means, sessionId: string, view: AttachmentView, before: readonly string[]) {
  const views = new Map([...files.viewsOf(sessionId), view].map(one => [one.id, one]))
  const ids = files.viewsOf(sessionId).map(({ id }) => id)
  files.show(sessionId, insertAfter(ids, view.id, before).flatMap(id => views.get(id) ?? []))
  files.tell(sessionId)
}
