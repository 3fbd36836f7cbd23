import { isImageMimeType } from '../../shared/attachments.ts'
import { base64ToBytes, bytesToBase64 } from '../../shared/base64.ts'
import { stripMetadata } from '../../shared/images/stripMetadata.ts'
import * as storage from '../utils/draftStorage.ts'
import type { MediaEntry } from '../utils/draftStorage.ts'
import { processFile, type DraftMedia } from '../utils/fileUtils.ts'
import { makeSmaller } from '../utils/images/imageAdmission.ts'
import { sendFrame, toSdkBlocks, type MessageHead, type SdkAttachments, type SendableMedia } from '../utils/messageBlocks.ts'
import { followServerLimits } from '../utils/serverLimits.ts'
import type { DraftThumbnail } from '../utils/storage/draftSchema.ts'
import { deleteDraft, restoreDraft } from '../utils/storage/forgettingStorage.ts'
import type { Removed } from '../utils/storage/mediaRecords.ts'
import { discardOutboxMessage, restoreOutboxMessage } from '../utils/storage/outboxStorage.ts'
import { getDraftThumbnails, getDraftThumbnailsBySession, saveDraftThumbnail } from '../utils/storage/thumbnailStorage.ts'
import { forgetBytesOf, refuseSecond, remember } from './duplicates.ts'
import { dropEncoded, encodedOf, encodeSoon } from './encodedBytes.ts'
import { createGroupCommit } from './groupCommit.ts'
import { getMedia, getMedias, unsaved } from './heldMedias.ts'
import { drawThumbnail, toThumbnail } from './thumbnails.ts'
import { keepForUndo, undo } from './undoing.ts'

/**
 * Everything that touches a media's bytes, so that the page's own thread never holds them:
 * it asks here for what it shows.
 */

/** Removed while being prepared: such a media must not come back when it is ready. */
const removed = new Set<string>()

export interface AttachedMedia {
  view: DraftThumbnail
  /** False where the device had no room, or no storage at all. */
  saved: boolean
}

/**
 * Reads, checks, encodes and saves a file.
 * @param before the ids of the medias that stand before it
 * @returns undefined where it was removed meanwhile
 * @throws FileRejectedError
 */
export async function attach(sessionId: string, id: string, file: File, before: readonly string[]): Promise<AttachedMedia | undefined> {
  const { media, thumbnail } = await processFile(file, sessionId, id)
  if (removed.has(id))
    return undefined
  const view = toThumbnail(media, thumbnail)
  refuseSecond(view)
  return save(media, view, before)
}

const commit = createGroupCommit<MediaEntry>(entries =>
  storage.saveDraftMedias(entries.filter(({ media }) => !removed.has(media.id))))

async function save(media: DraftMedia, view: DraftThumbnail, before?: readonly string[]): Promise<AttachedMedia> {
  try {
    await commit({ media, thumbnail: view, before })
    if (!removed.has(media.id))
      encodeSoon(media)
    return { view, saved: true }
  }
  catch (error) {
    console.warn('This attachment could not be saved on this device; it is kept in this tab.', error)
    unsaved.set(media.id, media)
    return { view, saved: false }
  }
}

/** What a session's draft shows. Medias saved by a version without thumbnails get theirs now, once. */
export async function load(sessionId: string): Promise<DraftThumbnail[]> {
  const { thumbnails, missing } = await getDraftThumbnailsBySession(sessionId)
  const views = missing.length ? await restore(sessionId, thumbnails) : thumbnails
  views.forEach(remember)
  return views
}

async function restore(sessionId: string, thumbnails: readonly DraftThumbnail[]): Promise<DraftThumbnail[]> {
  const known = new Map(thumbnails.map(view => [view.id, view]))
  const medias = await storage.getDraftMediasBySession(sessionId)
  return Promise.all(medias.map(async (media) => {
    const view = known.get(media.id) ?? await drawThumbnail(media)
    if (!known.has(media.id))
      await saveDraftThumbnail(view)
    return view
  }))
}

/**
 * Takes an attachment out of its draft and off the device.
 * @param before the ids that stood before it
 * @returns under what it can be put back; undefined where it was gone already, or never got there
 */
export async function remove(id: string, before: readonly string[]): Promise<string | undefined> {
  removed.add(id)
  forgetBytesOf(id)
  dropEncoded(id)
  const inTab = unsaved.get(id)
  unsaved.delete(id)
  const taken: Removed | undefined = inTab ? { media: inTab } : await storage.deleteDraftMedia(id)
  return taken && keepForUndo(async () => {
    removed.delete(id)
    const view = taken.thumbnail ?? await drawThumbnail(taken.media)
    remember(view)
    return save(taken.media, view, before)
  })
}

export const putBackAttachment = (undoId: string): Promise<AttachedMedia> => undo<AttachedMedia>(undoId)

/**
 * Takes a whole draft off the device.
 * @param shown the ids of its attachments as this tab shows them, some of which may be only here or still being prepared
 * @returns under what it can be put back
 */
export async function removeDraft(sessionId: string, shown: readonly string[], keepSession: boolean): Promise<string> {
  const tabOnly = shown.flatMap(id => unsaved.get(id) ?? [])
  await forget(shown)
  const draft = await deleteDraft(sessionId, keepSession)
  return keepForUndo(async () => {
    shown.forEach(id => removed.delete(id))
    await restoreDraft(sessionId, draft)
    const saves = await Promise.all(tabOnly.map(async media => save(media, await drawThumbnail(media))))
    return saves.filter(({ saved }) => !saved).map(({ view }) => view)
  })
}

/** @returns those of its attachments that are, as before, in this tab only */
export const putBackDraft = (undoId: string): Promise<DraftThumbnail[]> => undo<DraftThumbnail[]>(undoId)

/** Takes a message off the device that was not sent yet. @returns under what it can be put back */
export async function removeMessage(id: string): Promise<string> {
  const discarded = await discardOutboxMessage(id)
  return keepForUndo(async () => {
    if (discarded)
      await restoreOutboxMessage(discarded)
  })
}

export const putBackMessage = (undoId: string): Promise<void> => undo<void>(undoId)

/** They are no longer the draft's: the same bytes may be attached again. */
export async function letGo(ids: readonly string[]): Promise<void> {
  ids.forEach(forgetBytesOf)
}

/** Forgets what only this tab holds of these medias; what is on the device is the caller's to delete. */
export async function forget(ids: readonly string[]): Promise<void> {
  await letGo(ids)
  for (const id of ids) {
    removed.add(id)
    dropEncoded(id)
    unsaved.delete(id)
  }
}

/** The file again, byte for byte (a text as UTF-8). @throws where it is gone */
export async function open(id: string): Promise<Blob> {
  const { type, mimeType, base64 } = await getMedia(id)
  return new Blob([type === 'txt' ? base64 : base64ToBytes(base64)], { type: mimeType })
}

async function saveAnew(media: DraftMedia, view: DraftThumbnail): Promise<AttachedMedia> {
  if (!unsaved.has(media.id) && !await storage.replaceDraftMedia(media, view))
    throw new Error('it is no longer in this draft')
  if (unsaved.has(media.id))
    unsaved.set(media.id, media)
  return { view, saved: !unsaved.has(media.id) }
}

/** Takes position and camera data out of a photo; its pixels stay byte for byte. @throws where it is gone */
export async function removeMetadata(id: string): Promise<AttachedMedia> {
  const media = await getMedia(id)
  if (!isImageMimeType(media.mimeType))
    throw new Error('only pictures hold a position')
  const bytes = stripMetadata(base64ToBytes(media.base64), media.mimeType)
  const clean: DraftMedia = { ...media, base64: bytesToBase64(bytes), size: bytes.length, hasPosition: false }
  const { thumbnail } = await drawThumbnail(clean)
  return saveAnew(clean, toThumbnail(clean, thumbnail))
}

/** Makes a picture smaller than it had to be, because a message has to hold others too. @throws where it is gone */
export async function reduce(id: string): Promise<AttachedMedia> {
  const media = await getMedia(id)
  const image = new Blob([base64ToBytes(media.base64)], { type: media.mimeType })
  const { bytes, thumbnail, ...smaller } = await makeSmaller(image, media)
  const reduced: DraftMedia = { ...media, ...smaller, hasPosition: false, base64: bytesToBase64(bytes), size: bytes.length }
  return saveAnew(reduced, toThumbnail(reduced, thumbnail))
}

/** How they look, in the order of these ids; those that are gone are left out. Older versions saved no thumbnails. */
export async function look(ids: readonly string[]): Promise<DraftThumbnail[]> {
  const known = new Map((await getDraftThumbnails(ids)).map(view => [view.id, view]))
  const missing = await storage.getDraftMedias(ids.filter(id => !known.has(id)))
  for (const view of await Promise.all(missing.map(drawThumbnail))) {
    await saveDraftThumbnail(view)
    known.set(view.id, view)
  }
  return ids.flatMap(id => known.get(id) ?? [])
}

/** What is attached from now on obeys them. */
export const followLimits = async (told: Readonly<Record<string, number>>): Promise<void> => followServerLimits(told)

export async function sdkBlocks(ids: readonly string[]): Promise<SdkAttachments> {
  return toSdkBlocks(await getMedias(ids))
}

/** What was made ready is not read again. @throws where one of them is gone */
export async function frame(head: MessageHead, ids: readonly string[]): Promise<Blob> {
  const ready = await encodedOf(ids.filter(id => !unsaved.has(id)))
  const others = await getMedias(ids.filter(id => !ready.has(id)))
  const all = new Map<string, SendableMedia>([...ready, ...others.map(media => [media.id, media] as const)])
  return sendFrame(head, ids.map(id => all.get(id)!))
}
