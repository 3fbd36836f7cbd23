import type { OriginalImage } from '../../../shared/files/origins.ts'
import { createGroupCommit } from '../../../shared/groupCommit.ts'
import { processFile, type DraftMedia } from '../../utils/files/fileUtils.ts'
import { processWorkspaceFile } from '../../utils/files/workspaceFile.ts'
import { replaceDraftMedia, saveDraftMedias, type MediaEntry } from '../../utils/storage/draftStorage.ts'
import type { DraftThumbnail } from '../../utils/storage/draftSchema.ts'
import { deleteIntake } from '../../utils/storage/intake/intakeStorage.ts'
import { orFromDevice } from '../../utils/storage/intake/keptFile.ts'
import { conversionOf } from './conversionOf.ts'
import { fingerprintOf, refuseSecond, restate } from './duplicates.ts'
import { encodeSoon } from './encodedBytes.ts'
import { givenFiles } from './givenFiles.ts'
import { getMedia } from './heldMedias.ts'
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
export async function attach(sessionId: string, id: string, file: File, before: readonly string[], way: Way = {}): Promise<AttachedMedia | undefined> {
  try {
    return await attachAs(sessionId, id, file, before, way)
  }
  finally {
    givenFiles.forget(id)
  }
}

interface Way { intoFolder?: boolean, drawnFrom?: OriginalImage }

async function attachAs(sessionId: string, id: string, file: File, before: readonly string[], way: Way): Promise<AttachedMedia | undefined> {
  const read = way.drawnFrom ? undefined : await givenFiles.bytesOf(id) // a drawing's are not those of its picture
  const process = (given: File) => way.intoFolder
    ? processWorkspaceFile(given, sessionId, id)
    : processFile(given, sessionId, id, { ...way, decodeApart: conversionOf(id), drawn: givenFiles.thumbnailOf(id), read })
  const processed = await orFromDevice(id, file, process).catch((error: unknown) => {
    if (!mediaCache.isRemoved(id)) // else nobody wants to know
      throw error
  })
  if (!processed || mediaCache.isRemoved(id))
    return undefined
  const { media, thumbnail, givenSize } = processed
  const attached = await saveFirst(media, toThumbnail(media, thumbnail), before, givenSize)
  return mediaCache.isRemoved(id) ? undefined : attached
}

/** What the server holds, by reference: it is read, checked and saved there. @throws FileRejectedError where it is attached already */
export async function attachStored(media: DraftMedia, before: readonly string[]): Promise<AttachedMedia> {
  return saveFirst(media, toThumbnail(media), before)
}

/** Unless it is attached already. @throws FileRejectedError */
async function saveFirst(media: DraftMedia, view: DraftThumbnail, before: readonly string[], givenSize?: number) {
  const isFound = await refuseSecond(view, media, givenSize, getMedia)
  const attached = await save(media, view, before)
  isFound()
  return attached
}

/** Those of the same moment together. */
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
    mediaCache.keepInTab(media, view.thumbnail)
    return { view, saved: false }
  }
}

/** The same media in another form, where it was: the file that it was given as is still noticed. @throws where it is gone */
export async function saveAnew(changed: DraftMedia, changedView: DraftThumbnail): Promise<AttachedMedia> {
  const fingerprint = changed.fingerprint ?? await fingerprintOf(await getMedia(changed.id))
  const media = { ...changed, fingerprint }
  const given = { ...changedView, fingerprint }
  const attached = await replace(media, given)
  restate(attached.view)
  return attached
}

async function replace(media: DraftMedia, given: DraftThumbnail): Promise<AttachedMedia> {
  if (mediaCache.isTabOnly(media.id)) {
    mediaCache.keepInTab(media, given.thumbnail)
    return { view: given, saved: false }
  }
  const view = await replaceDraftMedia(media, given)
  if (!view)
    throw new Error('it is no longer in this draft')
  encodeSoon(media, view)
  return { view, saved: true }
}
