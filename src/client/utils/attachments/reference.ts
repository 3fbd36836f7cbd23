import type { AttachmentView } from '../../../shared/attachmentView.ts'
import { uuid } from '../../../shared/uuid.ts'
import type { DraftMedia } from '../files/fileUtils.ts'

/** A sent attachment as a draft's: what is shown of it, and where the server has it. No bytes. */
export function toReference(sessionId: string, { id, name, kind, mimeType, size, width, height, pages, animated, sideways, url = '', still, caption }: AttachmentView): DraftMedia {
  return {
    id: uuid(), sessionId, name, type: kind, mimeType, base64: '', createdAt: Date.now(), size, width, height, pages, animated, sideways, caption,
    fingerprint: `stored ${id}`, stored: { id, url, still },
  }
}
