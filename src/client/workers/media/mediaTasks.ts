import { isImageMimeType } from '../../../shared/attachments.ts'
import { base64ToBytes, bytesToBase64 } from '../../../shared/base64.ts'
import { stripMetadata } from '../../../shared/images/stripMetadata.ts'
import * as storage from '../../utils/storage/draftStorage.ts'
import type { DraftMedia } from '../../utils/files/fileUtils.ts'
import { getBytes } from '../../utils/network/api.ts'
import { sendFrame, toSdkBlocks, workspaceChars, type MessageHead, type SdkAttachments, type SendableMedia } from '../../utils/attachments/messageBlocks.ts'
import type { DraftThumbnail } from '../../utils/storage/draftSchema.ts'
import { getDraftThumbnails, getDraftThumbnailsBySession, heldFiles, saveDraftThumbnail, type HeldFile, type ShownDraft } from '../../utils/storage/thumbnailStorage.ts'
import { remember } from './duplicates.ts'
import { encodedOf, encodeNow } from './encodedBytes.ts'
import { getMedia, getMedias, withCaptions } from './heldMedias.ts'
import { mediaCache } from './mediaCache.ts'
import { saveAnew, type AttachedMedia } from './attachTasks.ts'
import { drawThumbnail, toThumbnail } from './thumbnails.ts'

/**
 * Everything that touches a media's bytes, so that the page's own thread never holds them:
 * it asks here for what it shows.
 */

/** What a session's draft shows. Medias saved by a version without thumbnails get theirs now, once. */
export async function load(sessionId: string): Promise<HeldFile[]> {
  const shown = await getDraftThumbnailsBySession(sessionId)
  const thumbnails = await withMissing(shown)
  thumbnails.forEach(remember)
  return heldFiles({ ...shown, thumbnails })
}

/** The file again, byte for byte (a text as UTF-8). @throws where it is gone */
export async function open(id: string): Promise<Blob> {
  const { type, mimeType, base64, stored } = await getMedia(id)
  if (stored)
    return getBytes(stored.url)
  return new Blob([type === 'txt' ? base64 : base64ToBytes(base64)], { type: mimeType })
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

/** How they look, in the order of these ids; those that are gone are left out. Older versions saved no thumbnails. */
export async function look(ids: readonly string[]): Promise<DraftThumbnail[]> {
  const thumbnails = await getDraftThumbnails(ids)
  const known = new Set(thumbnails.map(({ id }) => id))
  return withMissing({ ids, thumbnails, missing: ids.filter(id => !known.has(id)) })
}

/** Those that have no thumbnail get theirs now, once. */
async function withMissing({ ids, thumbnails, missing }: Readonly<ShownDraft>): Promise<DraftThumbnail[]> {
  const known = new Map(thumbnails.map(view => [view.id, view]))
  for (const view of await Promise.all((await storage.getDraftMedias(missing)).map(drawThumbnail))) {
    await saveDraftThumbnail(view)
    known.set(view.id, view)
  }
  return ids.flatMap(id => known.get(id) ?? [])
}

export async function sdkBlocks(ids: readonly string[]): Promise<SdkAttachments> {
  return toSdkBlocks(await withCaptions(await getMedias(ids)))
}

/** They are about to be sent: made ready while the message is being stored, not after it. */
export async function makeReady(ids: readonly string[]): Promise<void> {
  encodeNow(ids)
}

/** A message as it travels. */
export interface BuiltFrame {
  frame: Blob
  /** Of its bytes, those that go into the agent's workspace only. */
  workspace: number
}

/** What was made ready is not read again. @throws where one of them is gone */
export async function frame(head: MessageHead, ids: readonly string[]): Promise<BuiltFrame> {
  const ready = await encodedOf(ids.filter(id => !mediaCache.isTabOnly(id)))
  const others = await withCaptions(await getMedias(ids.filter(id => !ready.has(id))))
  const all = new Map<string, SendableMedia>([...ready, ...others.map(media => [media.id, media] as const)])
  const medias = ids.flatMap(id => all.get(id) ?? [])
  return { frame: sendFrame(head, medias), workspace: workspaceChars(medias) }
}
