import type { OriginalImage } from '../../../shared/files/origins.ts'
import { createGroupCommit } from '../../../shared/groupCommit.ts'
import { processFile, type DraftMedia } from '../../utils/files/fileUtils.ts'
import { processWorkspaceFile } from '../../utils/files/workspaceFile.ts'
import { replaceDraftMedia, saveDraftMedias, type MediaEntry } from '../../utils/storage/draftStorage.ts'
import type { DraftThumbnail } from '../../utils/storage/draftSchema.ts'
import { conversionOf } from './conversionOf.ts'
import { refuseSecond } from './duplicates.ts'
import { encodeSoon } from './encodedBytes.ts'
import { mediaCache } from './mediaCache.ts'
import { toThumbnail } from './thumbnails.ts'

/* How a file comes onto the device, and what was changed of it. */

export interface AttachedMedia {
  view: DraftThumbnail
  /** False where the device had no room, or no storage at all. */
  saved: boolean
}

/**
 * Reads, checks, encodes and saves a file.
 * @param before the ids of the medias that stand before it
 * @param way as it is, for the agent's workspace only; or drawn before, and what from
 * @returns undefined where it was removed meanwhile
 * @throws FileRejectedError
 */
export async function attach(sessionId: string, id: string, file: File, before: readonly string[], way: { intoFolder?: boolean, drawnFrom?: OriginalImage } = {}): Promise<AttachedMedia | undefined> {
  const processed = await (way.intoFolder ? processWorkspaceFile(file, sessionId, id) : processFile(file, sessionId, id, { ...way, decodeApart: conversionOf(id) })).catch((error: unknown) => {
    if (!mediaCache.isRemoved(id)) // else nobody wants to know
      throw error
  })
  if (!processed || mediaCache.isRemoved(id))
    return undefined
  const { media, thumbnail } = processed
  const view = toThumbnail(media, thumbnail)
  refuseSecond(view)
  return save(media, view, before)
}

/** What the server holds, by reference: it is read, checked and saved there. @throws FileRejectedError where it is attached already */
export async function attachStored(media: DraftMedia, before: readonly string[]): Promise<AttachedMedia> {
  const view = toThumbnail(media)
  refuseSecond(view)
  return save(media, view, before)
}

/** Those of the same moment together. */
const commit = createGroupCommit<MediaEntry>(entries =>
  saveDraftMedias(entries.filter(({ media }) => !mediaCache.isRemoved(media.id))))

/** On the device where it has room, else in this tab. */
export async function save(media: DraftMedia, view: DraftThumbnail, before?: readonly string[]): Promise<AttachedMedia> {
  try {
    await commit({ media, thumbnail: view, before })
    if (!mediaCache.isRemoved(media.id))
      encodeSoon(media, view)
    return { view, saved: true }
  }
  catch (error) {
    console.warn('This attachment could not be saved on this device; it is kept in this tab.', error)
    mediaCache.keepInTab(media)
    return { view, saved: false }
  }
}

/** The same media in another form, where it was. @throws where it is gone */
export async function saveAnew(media: DraftMedia, view: DraftThumbnail): Promise<AttachedMedia> {
  if (!mediaCache.isTabOnly(media.id) && !await replaceDraftMedia(media, view))
    throw new Error('it is no longer in this draft')
  if (mediaCache.isTabOnly(media.id))
    mediaCache.keepInTab(media)
  else
    encodeSoon(media, view)
  return { view, saved: !mediaCache.isTabOnly(media.id) }
}
