import { areSame } from '../../../shared/files/edits.ts'
import type { DraftMedia } from '../files/fileUtils.ts'
import { insertAfter } from './order.ts'
import { transact, type Scope } from './draftDatabase.ts'
import type { DraftThumbnail, DraftTransaction } from './draftSchema.ts'
import { intakeOf, stillWanted, takeIntake, type IntakeFile } from './intakeRecords.ts'
import { deleteMedias, inOrder, mediaIds, mediasOfDraft, putMedias, takeMedias, type Removed } from './mediaRecords.ts'
import { touch } from './textStorage.ts'
import { withoutSteps } from './thumbnailStorage.ts'

/*
 * The drafts on this device: their medias, and what a draft is made of. Every function resolves when its transaction
 * is complete, and not before; it rejects with the browser's DOMException (QuotaExceededError, ...) when nothing was
 * changed.
 */

const WRITE_MEDIAS: Scope = { stores: ['draftMessages', 'draftRevisions', 'draftMedias', 'draftThumbnails', 'intake', 'leases'], mode: 'readwrite', durability: 'strict' }
/** The outbox only to be read: its messages' medias lie among the drafts'. */
const WRITE_WITH_OUTBOX: Scope = { ...WRITE_MEDIAS, stores: [...WRITE_MEDIAS.stores, 'outbox'] }

/** What one saved media consists of. */
export interface MediaEntry {
  media: DraftMedia
  thumbnail?: DraftThumbnail
  /** Ids that stand before it in the draft, so that files encoded side by side keep the order they were given in. */
  before?: readonly string[]
  /** The mark of the database that took it in as it was given. */
  intake?: string
}

/** The bytes, the thumbnail and the draft's reference to them land together or not at all. @public */
export async function saveDraftMedia(media: DraftMedia, thumbnail?: DraftThumbnail, before?: readonly string[]): Promise<void> {
  await saveDraftMedias([{ media, thumbnail, before }])
}

/**
 * All of them in one transaction: the disk is waited for once, not for each. What was taken in of them goes.
 * @returns the ids of those that are not saved: another tab has taken them out while they were prepared
 */
export function saveDraftMedias(given: readonly MediaEntry[]): Promise<string[]> {
  return transact(WRITE_MEDIAS, async (tx) => {
    const { wanted: entries, left } = await stillWanted(tx, given)
    const messages = tx.objectStore('draftMessages')
    const sessionIds = [...new Set(entries.map(({ media }) => media.sessionId))]
    // Read before anything is written: a read waits for all that was asked before it, megabytes among them.
    const drafts = await Promise.all(sessionIds.map(id => messages.get(id)))
    // Each in a function of its own, so that one the browser refuses at once is a rejection like the others.
    await Promise.all([
      ...sessionIds.map(async (id, i) => messages.put({ ...drafts[i], mediaIds: [...withInserted(drafts[i]?.mediaIds ?? [], entries, id)] }, id)),
      ...sessionIds.map(id => touch(tx, id)),
      ...entries.map(async ({ thumbnail }) => thumbnail && tx.objectStore('draftThumbnails').put(thumbnail)),
      ...entries.map(async ({ media }) => tx.objectStore('draftMedias').put(media)),
      ...entries.map(async ({ media }) => tx.objectStore('intake').delete(media.id)),
    ])
    return left
  })
}

const withInserted = (ids: readonly string[], entries: readonly MediaEntry[], sessionId: string) =>
  entries.filter(({ media }) => media.sessionId === sessionId).reduce((all, { media, before }) => insertAfter(all, media.id, before), ids)

/** The same media in another form, in its place; what is said of it stays, and what goes on from the same steps. @returns how it is shown; undefined where it is no longer the draft's */
export function replaceDraftMedia(media: DraftMedia, given: DraftThumbnail): Promise<DraftThumbnail | undefined> {
  return transact(WRITE_MEDIAS, async (tx) => {
    const draft = await tx.objectStore('draftMessages').get(media.sessionId)
    if (!draft?.mediaIds?.includes(media.id))
      return undefined
    const { caption, unsaved, edits } = await tx.objectStore('draftThumbnails').get(media.id) ?? {}
    const thumbnail = { ...given, caption, ...unsaved && areSame(edits?.operations, given.edits?.operations) && { unsaved } }
    await Promise.all([touch(tx, media.sessionId), putMedias(tx, [{ media, thumbnail }])])
    return withoutSteps(thumbnail)
  })
}

/** In the order of these ids; those that are gone are left out. */
export async function getDraftMedias(ids: readonly string[]): Promise<DraftMedia[]> {
  return ids.length === 0 ? [] : transact({ stores: ['draftMedias'], mode: 'readonly' }, async (tx) => {
    const medias = await Promise.all(ids.map(id => tx.objectStore('draftMedias').get(id)))
    return medias.filter(media => media !== undefined)
  })
}

/** Those of these medias that are on the device, without reading them. */
export function findDraftMedias(ids: readonly string[]): Promise<Set<string>> {
  return transact({ stores: ['draftMedias'], mode: 'readonly' }, async (tx) => {
    const found = await Promise.all(ids.map(id => tx.objectStore('draftMedias').getKey(id)))
    return new Set(found.filter(id => id !== undefined))
  })
}

export function getDraftMedia(id: string): Promise<DraftMedia | undefined> {
  return transact({ stores: ['draftMedias'], mode: 'readonly' }, tx => tx.objectStore('draftMedias').get(id))
}

/** In the order they were attached; the index alone would give them in the order of their random ids. @public */
export function getDraftMediasBySession(sessionId: string): Promise<DraftMedia[]> {
  return transact({ stores: ['draftMedias', 'draftMessages'], mode: 'readonly' }, async (tx) => {
    const medias = await tx.objectStore('draftMedias').index('sessionId').getAll(sessionId)
    return inOrder(medias, await mediaIds(tx, sessionId))
  })
}

/** @returns what was removed, prepared or as it was given; undefined where it was gone already, or another tab has sent it: then it is the message's */
export function deleteDraftMedia(id: string): Promise<Removed | IntakeFile | undefined> {
  return transact(WRITE_WITH_OUTBOX, async (tx) => {
    if ((await tx.objectStore('outbox').getAll()).some(({ mediaIds }) => mediaIds.includes(id)))
      return undefined
    const given = await tx.objectStore('intake').get(id)
    if (given) {
      await takeIntake(tx, [given])
      return given
    }
    const [removed] = await takeMedias(tx, [id])
    const sessionId = removed?.media.sessionId ?? await draftWith(tx, id)
    const messages = tx.objectStore('draftMessages')
    const draft = sessionId && await messages.get(sessionId)
    if (sessionId && draft && draft.mediaIds) {
      await messages.put({ ...draft, mediaIds: draft.mediaIds.filter(other => other !== id) }, sessionId)
      await touch(tx, sessionId)
    }
    return removed
  })
}

/** The session whose draft refers to a media that is not there. */
async function draftWith(tx: DraftTransaction, id: string) {
  for (let cursor = await tx.objectStore('draftMessages').openCursor(); cursor; cursor = await cursor.continue()) {
    if (cursor.value.mediaIds?.includes(id))
      return cursor.key
  }
}

export function deleteAllDraftMediasForSession(sessionId: string): Promise<void> {
  return transact(WRITE_WITH_OUTBOX, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const draft = await messages.get(sessionId)
    await deleteMedias(tx, await mediasOfDraft(tx, sessionId))
    await takeIntake(tx, await intakeOf(tx, sessionId))
    if (draft?.mediaIds)
      await messages.put({ ...draft, mediaIds: [] }, sessionId)
  })
}
