import { transact } from './draftDatabase.ts'
import type { DraftThumbnail } from './draftSchema.ts'
import { intakeOf, withIntake, type IntakeFile } from './intakeRecords.ts'
import { inOrder, mediaIds } from './mediaRecords.ts'
import { touch } from './textStorage.ts'

/* What the drafts' medias look like, without their bytes. */

/** Only the editor goes on from them. */
export const withoutSteps = ({ unsaved, ...thumbnail }: DraftThumbnail): DraftThumbnail =>
  unsaved ? { ...thumbnail, unsaved: { ...unsaved, done: [], undone: [] } } : thumbnail

export async function getDraftThumbnails(ids: readonly string[]): Promise<DraftThumbnail[]> {
  return ids.length === 0 ? [] : transact({ stores: ['draftThumbnails'], mode: 'readonly' }, async (tx) => {
    const thumbnails = await Promise.all(ids.map(id => tx.objectStore('draftThumbnails').get(id)))
    return thumbnails.flatMap(thumbnail => thumbnail ? withoutSteps(thumbnail) : [])
  })
}

export interface ShownDraft {
  /** Of its medias and of its files that are still being prepared, in their order. */
  ids: readonly string[]
  /** In the same order. */
  thumbnails: DraftThumbnail[]
  /** Medias that an older version saved without a thumbnail. */
  missing: string[]
  /** Files as they were given, which are still being prepared, or are to be: not among the others. */
  intake?: IntakeFile[]
}

/** A file of a draft as it is shown, prepared or not. */
export type HeldFile = DraftThumbnail & { preparing?: boolean }

/** A draft's files in their order, those that are still to be prepared among the others. */
export function heldFiles({ ids, thumbnails, intake = [] }: Pick<ShownDraft, 'ids' | 'thumbnails' | 'intake'>): HeldFile[] {
  const all = new Map<string, HeldFile>([...thumbnails, ...intake.map(toHeld)].map(view => [view.id, view]))
  return ids.flatMap(id => all.get(id) ?? [])
}

const toHeld = ({ id, sessionId, name, mediaType, createdAt, intoFolder }: IntakeFile): HeldFile =>
  ({ id, sessionId, name, type: intoFolder ? 'file' : 'txt', mimeType: mediaType, createdAt, preparing: true })

/** What a draft's attachments look like, in order, without reading their bytes. */
export function getDraftThumbnailsBySession(sessionId: string): Promise<ShownDraft> {
  return transact({ stores: ['draftThumbnails', 'draftMessages', 'intake'], mode: 'readonly' }, async (tx) => {
    const [all, ids, intake] = await Promise.all([
      tx.objectStore('draftThumbnails').index('sessionId').getAll(sessionId), mediaIds(tx, sessionId), intakeOf(tx, sessionId),
    ])
    const thumbnails = inOrder(all, ids).map(withoutSteps)
    return { ids: withIntake(ids, intake), intake, thumbnails, missing: ids.filter(id => !thumbnails.some(thumbnail => thumbnail.id === id)) }
  })
}

/** A draft's files in their order; undefined where one of them is still to be drawn. */
export async function getDrawnFiles(sessionId: string): Promise<HeldFile[] | undefined> {
  const shown = await getDraftThumbnailsBySession(sessionId)
  return shown.missing.length ? undefined : heldFiles(shown)
}

/** For a media that has none yet; does nothing where the media is gone meanwhile. */
export function saveDraftThumbnail(thumbnail: DraftThumbnail): Promise<void> {
  return transact({ stores: ['draftMedias', 'draftThumbnails'], mode: 'readwrite' }, async (tx) => {
    if (await tx.objectStore('draftMedias').getKey(thumbnail.id))
      await tx.objectStore('draftThumbnails').put(thumbnail)
  })
}

/** What is said of a media. @returns false where it is gone */
export function saveCaption(id: string, caption: string | undefined): Promise<boolean> {
  return transact({ stores: ['draftMessages', 'draftThumbnails', 'draftRevisions'], mode: 'readwrite', durability: 'strict' }, async (tx) => {
    const thumbnail = await tx.objectStore('draftThumbnails').get(id)
    if (thumbnail)
      await Promise.all([tx.objectStore('draftThumbnails').put({ ...thumbnail, caption }), touch(tx, thumbnail.sessionId)])
    return thumbnail !== undefined
  })
}
