import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import { getDraftMedia } from '../../utils/storage/draftStorage.ts'
import { getDraftThumbnails } from '../../utils/storage/thumbnailStorage.ts'

/** Whether the draft holds the same bytes. They are compared themselves: they may not be those that the file was given with. */
export async function isInDraft(media: DraftMedia, mediaIds: readonly string[]): Promise<boolean> {
  const sizes = new Map((await getDraftThumbnails(mediaIds)).map(({ id, size }) => [id, size]))
  for (const id of mediaIds.filter(id => (sizes.get(id) ?? media.size) === media.size)) {
    if ((await getDraftMedia(id))?.base64 === media.base64)
      return true
  }
  return false
}
