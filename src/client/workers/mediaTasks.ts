import * as storage from '../utils/draftStorage.ts'
import type { DraftThumbnail } from '../utils/draftStorage.ts'
import { base64ToBytes } from '../utils/base64.ts'
import { processFile, type DraftMedia } from '../utils/fileUtils.ts'
import { sendFrame, toSdkBlocks, type MessageHead, type SdkAttachments } from '../utils/messageBlocks.ts'
import { makeThumbnail } from '../utils/thumbnail.ts'

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
  const view = toView(media, thumbnail)
  if (removed.has(id))
    return undefined
  try {
    await storage.saveDraftMedia(media, view, before)
    return { view, saved: true }
  }
  catch (error) {
    console.warn('This attachment could not be saved on this device; it is kept in this tab.', error)
    unsaved.set(id, media)
    return { view, saved: false }
  }
}

function toView(media: DraftMedia, thumbnail: DraftThumbnail['thumbnail']): DraftThumbnail {
  const { base64, ...view } = media
  return { ...view, size: media.size ?? byteLength(media.type, base64), thumbnail }
}

function byteLength(type: DraftMedia['type'], base64: string) {
  return type === 'txt' ? new TextEncoder().encode(base64).length : base64ToBytes(base64).length
}

/** What a session's draft shows. Medias saved by a version without thumbnails get theirs now, once. */
export async function load(sessionId: string): Promise<DraftThumbnail[]> {
  const { thumbnails, missing } = await storage.getDraftThumbnailsBySession(sessionId)
  if (!missing.length)
    return thumbnails
  const known = new Map(thumbnails.map(view => [view.id, view]))
  const medias = await storage.getDraftMediasBySession(sessionId)
  return Promise.all(medias.map(async media => known.get(media.id) ?? await addThumbnail(media)))
}

async function addThumbnail(media: DraftMedia): Promise<DraftThumbnail> {
  const view = toView(media, media.type === 'image' ? await tryThumbnail(media) : undefined)
  await storage.saveDraftThumbnail(view)
  return view
}

async function tryThumbnail(media: DraftMedia) {
  try {
    return await makeThumbnail(toBlob(media))
  }
  catch (error) {
    console.warn(`${media.name} has no thumbnail`, error) // saved before images were decoded on arrival
    return undefined
  }
}

export async function remove(id: string): Promise<void> {
  removed.add(id)
  if (!unsaved.delete(id))
    await storage.deleteDraftMedia(id)
}

/** Forgets what only this tab holds of these medias; what is on the device is the caller's to delete. */
export async function forget(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    removed.add(id)
    unsaved.delete(id)
  }
}

/** The file again, byte for byte (a text as UTF-8). @throws where it is gone */
export async function open(id: string): Promise<Blob> {
  const media = unsaved.get(id) ?? await storage.getDraftMedia(id)
  if (!media)
    throw new Error('this attachment is no longer on this device')
  return toBlob(media)
}

function toBlob({ type, mimeType, base64 }: DraftMedia): Blob {
  return new Blob([type === 'txt' ? base64 : base64ToBytes(base64)], { type: mimeType })
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
