import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import { asciiBytes, type SendableMedia } from '../../utils/attachments/messageBlocks.ts'
import type { DraftThumbnail } from '../../utils/storage/draftSchema.ts'
import { getDraftThumbnails } from '../../utils/storage/thumbnailStorage.ts'

/**
 * What was attached in this tab, made ready to be sent while nobody waits for it. The browser keeps Blobs outside
 * of this thread's memory, and moves them to its disk where they are many.
 */
interface Encoded { of: Pick<DraftThumbnail, 'mimeType' | 'size'>, base64: Blob }

const encoded = new Map<string, Encoded>()
const wanted = new Set<string>()

/** Soon, one after the other: whoever asks for something meanwhile comes first. */
export function encodeSoon(media: DraftMedia): void {
  const { id, type, mimeType, size } = media
  dropEncoded(id)
  if (type === 'txt')
    return // it travels as it is
  wanted.add(id)
  setTimeout(() => {
    if (wanted.delete(id))
      encoded.set(id, { of: { mimeType, size }, base64: new Blob([asciiBytes(media.base64)]) })
  })
}

/** Those of these medias, by id, that are still what the device holds: another tab may have changed or removed them. */
export async function encodedOf(ids: readonly string[]): Promise<Map<string, SendableMedia>> {
  const thumbnails = await getDraftThumbnails(ids.filter(id => encoded.has(id)))
  return new Map(thumbnails.flatMap(({ readFrom: _, reading: _reading, ...view }) => {
    const found = encoded.get(view.id)
    const same = found?.of.mimeType === view.mimeType && found.of.size === view.size
    return same ? [[view.id, { ...view, base64: found.base64 }] as const] : []
  }))
}

export function dropEncoded(id: string): void {
  wanted.delete(id)
  encoded.delete(id)
}
