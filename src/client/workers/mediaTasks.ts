import { isImageMimeType } from '../../shared/attachments.ts'
import { stripMetadata } from '../../shared/images/stripMetadata.ts'
import { base64ToBytes, bytesToBase64 } from '../../shared/base64.ts'
import * as storage from '../utils/draftStorage.ts'
import type { DraftThumbnail, MediaEntry } from '../utils/draftStorage.ts'
import { processFile, type DraftMedia } from '../utils/fileUtils.ts'
import { makeSmaller } from '../utils/imageAdmission.ts'
import { sendFrame, toSdkBlocks, type MessageHead, type SdkAttachments } from '../utils/messageBlocks.ts'
import { forgetBytesOf, refuseSecond, remember } from './duplicates.ts'
import { createGroupCommit } from './groupCommit.ts'
import { drawThumbnail, toThumbnail } from './thumbnails.ts'

/**
 * Everything that touches a media's bytes, so that the page's own thread never holds them:
 * it asks here for what it shows.
 */

/** Medias that found no room on this device: usable as long as the tab lives. */
const unsaved = new Map<string, DraftMedia>()
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
  const { thumbnails, missing } = await storage.getDraftThumbnailsBySession(sessionId)
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
      await storage.saveDraftThumbnail(view)
    return view
  }))
}

export async function remove(id: string): Promise<void> {
  removed.add(id)
  forgetBytesOf(id)
  if (!unsaved.delete(id))
    await storage.deleteDraftMedia(id)
}

/** Forgets what only this tab holds of these medias; what is on the device is the caller's to delete. */
export async function forget(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    removed.add(id)
    forgetBytesOf(id)
    unsaved.delete(id)
  }
}

/** @throws where it is gone */
async function get(id: string): Promise<DraftMedia> {
  const media = unsaved.get(id) ?? await storage.getDraftMedia(id)
  if (!media)
    throw new Error('this attachment is no longer on this device')
  return media
}

/** The file again, byte for byte (a text as UTF-8). @throws where it is gone */
export async function open(id: string): Promise<Blob> {
  const { type, mimeType, base64 } = await get(id)
  return new Blob([type === 'txt' ? base64 : base64ToBytes(base64)], { type: mimeType })
}

/** Takes position and camera data out of a photo; its pixels stay byte for byte. @throws where it is gone */
export async function removeMetadata(id: string): Promise<AttachedMedia> {
  const media = await get(id)
  if (!isImageMimeType(media.mimeType))
    throw new Error('only pictures hold a position')
  const bytes = stripMetadata(base64ToBytes(media.base64), media.mimeType)
  const clean: DraftMedia = { ...media, base64: bytesToBase64(bytes), size: bytes.length, hasPosition: false }
  const { thumbnail } = await drawThumbnail(clean)
  return save(clean, toThumbnail(clean, thumbnail))
}

/** Makes a picture smaller than it had to be, because a message has to hold others too. @throws where it is gone */
export async function reduce(id: string): Promise<AttachedMedia> {
  const media = await get(id)
  const image = new Blob([base64ToBytes(media.base64)], { type: media.mimeType })
  const { bytes, thumbnail, ...smaller } = await makeSmaller(image, media)
  const reduced: DraftMedia = { ...media, ...smaller, hasPosition: false, base64: bytesToBase64(bytes), size: bytes.length }
  return save(reduced, toThumbnail(reduced, thumbnail))
}

/** The draft's medias in the order of these ids. @throws where one of them is gone */
async function read(sessionId: string, ids: readonly string[]): Promise<DraftMedia[]> {
  const saved = ids.every(id => unsaved.has(id)) ? [] : await storage.getDraftMediasBySession(sessionId)
  const all = new Map([...saved, ...unsaved.values()].map(media => [media.id, media]))
  return ids.map((id) => {
    const media = all.get(id)
    if (!media)
      throw new Error('an attachment of this message is no longer on this device')
    return media
  })
}

export async function sdkBlocks(sessionId: string, ids: readonly string[]): Promise<SdkAttachments> {
  return toSdkBlocks(await read(sessionId, ids))
}

export async function frame(head: MessageHead, ids: readonly string[]): Promise<Blob> {
  return sendFrame(head, await read(head.session_id, ids))
}
