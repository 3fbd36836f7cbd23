import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import { deleteDraftMedia, saveDraftMedias } from '../../utils/storage/draftStorage.ts'
import type { DraftThumbnail, OutboxMessage } from '../../utils/storage/draftSchema.ts'
import { restoreOutboxMessage } from '../../utils/storage/outbox/outboxStorage.ts'
import { copyOf, encodeSoon, type Look } from './encodedBytes.ts'
import { mediaCache } from './mediaCache.ts'
import { save } from './attachTasks.ts'
import { drawThumbnail, toThumbnail } from './thumbnails.ts'

/* What the browser has removed from the device, or had no room for there, as far as this tab has it. */

/**
 * Saves a draft's medias again.
 * @param shown in their order
 * @returns those that are usable again, and whether the device has them
 */
export async function saveAgain(shown: readonly Look[]): Promise<{ id: string, saved: boolean }[]> {
  const usable: { id: string, saved: boolean }[] = []
  for (const [i, look] of shown.entries()) {
    const copy = await copyOf(look)
    if (!copy || mediaCache.isRemoved(look.id))
      continue
    const { saved } = await save(copy.media, copy.thumbnail, shown.slice(0, i).map(({ id }) => id))
    usable.push({ id: look.id, saved })
  }
  return usable
}

/**
 * Saves a message again, where it is whole.
 * @param shown how its medias look
 * @returns those that are gone: then nothing was saved
 */
export async function saveMessageAgain(message: OutboxMessage, shown: readonly Look[]): Promise<string[]> {
  const looks = new Map(shown.map(look => [look.id, look]))
  const medias = await Promise.all(message.mediaIds.map(id => copyOf(looks.get(id) ?? { id, mimeType: '' })))
  const there = medias.flatMap(media => media ?? [])
  if (there.length === medias.length)
    await restoreOutboxMessage({ message, medias: there })
  return message.mediaIds.filter((_, i) => !medias[i])
}

/**
 * Tries again to save what of a draft is in this tab only. A smaller file may find room where a larger one does not.
 * @param shown the ids of the draft's files, in their order
 * @returns how those look that the device holds now
 */
export async function saveTabOnly(shown: readonly string[]): Promise<DraftThumbnail[]> {
  const saved: DraftThumbnail[] = []
  for (const media of mediaCache.tabOnlyOf(shown)) {
    const view = await lookOf(media)
    if (await isSaved(media, view, shown.slice(0, shown.indexOf(media.id))))
      saved.push(view)
  }
  return saved
}

async function lookOf(media: DraftMedia): Promise<DraftThumbnail> {
  const picture = mediaCache.pictureOf(media.id)
  return picture ? toThumbnail(media, picture) : drawThumbnail(media)
}

async function isSaved(media: DraftMedia, thumbnail: DraftThumbnail, before: readonly string[]): Promise<boolean> {
  const isStillOurs = () => mediaCache.tabOnlyOf([media.id])[0] === media
  if (!isStillOurs())
    return false
  try {
    await saveDraftMedias([{ media, thumbnail, before }])
  }
  catch (error) {
    console.warn('There is still no room for this attachment on this device.', error)
    return false
  }
  if (!isStillOurs()) { // removed, or changed, while it was on its way
    await deleteDraftMedia(media.id)
    return false
  }
  mediaCache.leaveTab(media.id)
  encodeSoon(media, thumbnail)
  return true
}
