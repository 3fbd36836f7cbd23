import type { AttachmentView } from '../../../shared/attachments.ts'
import { toReference } from '../../utils/attachments/reference.ts'
import type { toDraftView as draw } from '../../utils/attachments/draftView.ts'
import type { insertAfter as insert } from '../../utils/storage/order.ts'
import type { media as tasks } from '../../workers/media.ts'
import type { ShownFiles } from './shownFiles.ts'

interface Means { files: ShownFiles, media: typeof tasks, toDraftView: typeof draw, insertAfter: typeof insert }

/** Attaches what the server holds, before the draft's own files. The draft's files have been read. */
export async function addStored({ files, media, toDraftView, insertAfter }: Means, sessionId: string, file: AttachmentView): Promise<void> {
  const before = files.viewsOf(sessionId).filter(({ url }) => url).map(({ id }) => id)
  const reference = toReference(sessionId, file)
  const attached = await media.attachStored(reference, before)
  const shown = new Map([...files.viewsOf(sessionId), toDraftView(attached.view, attached.saved)].map(view => [view.id, view]))
  const ids = files.viewsOf(sessionId).map(({ id }) => id)
  files.show(sessionId, insertAfter(ids, reference.id, before).flatMap(id => shown.get(id) ?? []))
  files.tell(sessionId)
}
