import { uuid } from '../../../shared/uuid.ts'
import { deleteAllDraftMediasForSession, deleteDraftMedia } from '../../utils/storage/draftStorage.ts'
import type { DraftThumbnail } from '../../utils/storage/draftSchema.ts'
import { deleteDraft, moveDraft as moveStoredDraft, restoreDraft } from '../../utils/storage/forgetting/forgettingStorage.ts'
import { putBackIntake } from '../../utils/storage/intake/intakeStorage.ts'
import type { IntakeFile } from '../../utils/storage/intakeRecords.ts'
import type { Removed } from '../../utils/storage/mediaRecords.ts'
import { discardOutboxMessage, restoreOutboxMessage } from '../../utils/storage/outbox/outboxStorage.ts'
import { endConversion } from './conversionOf.ts'
import { forgetBytesOf, remember } from './duplicates.ts'
import { mediaCache } from './mediaCache.ts'
import { save, type AttachedMedia } from './attachTasks.ts'
import { drawThumbnail } from './thumbnails.ts'
import { keepForUndo, undo } from './undoing.ts'

/* What is taken off the device, kept here for as long as it can be put back. */

/**
 * Takes an attachment out of its draft and off the device.
 * @param before the ids that stood before it
 * @returns under what it can be put back; undefined where it was gone already, or never got there
 */
export async function remove(id: string, before: readonly string[]): Promise<string | undefined> {
  const inTab = mediaCache.remove(id)
  endConversion(id)
  const taken: Removed | IntakeFile | undefined = inTab ? { media: inTab } : await deleteDraftMedia(id)
  return taken && keepForUndo(async () => {
    mediaCache.restore(id)
    if ('file' in taken)
      return putBackIntake([{ ...taken, batch: uuid(), before: [...before] }])
    const view = taken.thumbnail ?? await drawThumbnail(taken.media)
    remember(view)
    return save(taken.media, view, before)
  })
}

/** @returns undefined where it is as it was given, and is to be prepared from its beginning */
export const putBackAttachment = (undoId: string): Promise<AttachedMedia | undefined> => undo<AttachedMedia | undefined>(undoId)

/**
 * Takes a whole draft off the device.
 * @param shown the ids of its attachments as this tab shows them, some of which may be only here or still being prepared
 * @returns under what it can be put back
 */
export async function removeDraft(sessionId: string, shown: readonly string[], keepSession: boolean): Promise<string> {
  const tabOnly = mediaCache.tabOnlyOf(shown)
  await forget(shown)
  const draft = await deleteDraft(sessionId, keepSession)
  return keepForUndo(async () => {
    shown.forEach(mediaCache.restore)
    const batch = uuid() // nobody is at it
    await restoreDraft(sessionId, { ...draft, intake: draft.intake?.map(file => ({ ...file, batch })) })
    const saves = await Promise.all(tabOnly.map(async media => save(media, await drawThumbnail(media))))
    return saves.filter(({ saved }) => !saved).map(({ view }) => view)
  })
}

/** @returns those of its attachments that are, as before, in this tab only */
export const putBackDraft = (undoId: string): Promise<DraftThumbnail[]> => undo<DraftThumbnail[]>(undoId)

/**
 * Makes a draft another session's, with its files.
 * @param shown the ids of its attachments as this tab shows them, some of which may be only here
 */
export async function moveDraft(from: string, to: string, shown: readonly string[]): Promise<void> {
  await moveStoredDraft(from, to)
  await release(shown)
  for (const media of mediaCache.tabOnlyOf(shown))
    mediaCache.keepInTab({ ...media, sessionId: to })
}

/** Takes a message off the device that was not sent yet. @returns under what it can be put back */
export async function removeMessage(id: string): Promise<string> {
  const discarded = await discardOutboxMessage(id)
  return keepForUndo(async () => {
    if (discarded)
      await restoreOutboxMessage(discarded)
  })
}

export const putBackMessage = (undoId: string): Promise<void> => undo<void>(undoId)

/** Takes all files of a draft off the device. */
export const clear = (sessionId: string): Promise<void> => deleteAllDraftMediasForSession(sessionId)

/** They are no longer the draft's: the same bytes may be attached again. */
export async function release(ids: readonly string[]): Promise<void> {
  ids.forEach(forgetBytesOf)
}

/** Forgets what only this tab holds of these medias; what is on the device is the caller's to delete. */
export async function forget(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    mediaCache.remove(id)
    endConversion(id)
  }
}
