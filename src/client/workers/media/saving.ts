import { replaceDraftMedia, saveDraftMedias, type MediaEntry } from '../../utils/storage/draftStorage.ts'
import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import type { DraftThumbnail } from '../../utils/storage/draftSchema.ts'
import { deleteIntake } from '../../utils/storage/intake/intakeStorage.ts'
import { encodeSoon } from './encodedBytes.ts'
import { givenFiles } from './givenFiles.ts'
import { createGroupCommit } from '../../../shared/groupCommit.ts'
import { mediaCache } from './mediaCache.ts'

export interface AttachedMedia {
  view: DraftThumbnail
  /** False where the device had no room, or no storage at all. */
  saved: boolean
}

const commit = createGroupCommit<MediaEntry>(async (entries) => {
  const left = await saveDraftMedias(entries.filter(({ media }) => !mediaCache.isRemoved(media.id)))
  left.forEach(mediaCache.remove)
})

/** Where there is no room for a file both as it was given and as it is sent, there may be for one of them. */
async function put(entry: MediaEntry) {
  try {
    await commit(entry)
  }
  catch (error) {
    if (entry.intake === undefined)
      throw error
    await deleteIntake([entry.media.id])
    await commit({ ...entry, intake: undefined })
  }
}

/** On the device where it has room, else in this tab. */
export async function save(media: DraftMedia, view: DraftThumbnail, before?: readonly string[]): Promise<AttachedMedia> {
  try {
    await put({ media, thumbnail: view, before, intake: givenFiles.markOf(media.id) })
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
