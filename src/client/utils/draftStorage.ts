import { transact, type DraftMessage, type DraftSession, type DraftThumbnail, type DraftTransaction, type Scope } from './draftDatabase.ts'
import type { DraftMedia } from './fileUtils.ts'

export { closeDraftStorage, onStorageObstacle } from './draftDatabase.ts'
export type { DraftMessage, DraftSession, DraftThumbnail, StorageObstacle } from './draftDatabase.ts'

/*
 * The drafts on this device. Every function resolves when its transaction is complete, and not before;
 * it rejects with the browser's DOMException (QuotaExceededError, ...) when nothing was changed.
 */

const READ_MESSAGES: Scope = { stores: ['draftMessages'], mode: 'readonly' }
/** A keystroke's transaction leaves the medias alone: they are megabytes, and one types beside them. */
const WRITE_MESSAGES: Scope = { stores: ['draftMessages'], mode: 'readwrite' }
const WRITE_MEDIAS: Scope = { stores: ['draftMessages', 'draftMedias', 'draftThumbnails'], mode: 'readwrite', durability: 'strict' }
const WRITE_ALL: Scope = { ...WRITE_MEDIAS, stores: ['draftSessions', ...WRITE_MEDIAS.stores] }

/** Merges, so that a keystroke never drops the attachments and an attachment never drops the text. */
export function saveDraftMessage(sessionId: string, changes: DraftMessage): Promise<void> {
  return transact(WRITE_MESSAGES, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    await messages.put({ ...await messages.get(sessionId), ...changes }, sessionId)
  })
}

export function getDraftMessage(sessionId: string): Promise<DraftMessage | undefined> {
  return transact(READ_MESSAGES, tx => tx.objectStore('draftMessages').get(sessionId))
}

export interface AllDrafts {
  messages: Map<string, DraftMessage>
  sessions: Map<string, DraftSession>
}

/** The texts of all drafts and the sessions that exist only here, by session id. No media is read. */
export function getAllDrafts(): Promise<AllDrafts> {
  return transact({ stores: ['draftMessages', 'draftSessions'], mode: 'readonly' }, async (tx) => {
    const [messages, sessions] = await Promise.all([
      entries(tx.objectStore('draftMessages')),
      entries(tx.objectStore('draftSessions')),
    ])
    return { messages, sessions }
  })
}

async function entries<Value>(store: { getAllKeys: () => Promise<string[]>, getAll: () => Promise<Value[]> }) {
  const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()])
  return new Map(keys.map((key, i) => [key, values[i]!]))
}

/** Merges, like `saveDraftMessage`. */
export function saveDraftSession(sessionId: string, changes: Partial<DraftSession> & { projectId: string }): Promise<void> {
  return transact({ stores: ['draftSessions'], mode: 'readwrite' }, async (tx) => {
    const sessions = tx.objectStore('draftSessions')
    await sessions.put({ ...await sessions.get(sessionId), ...changes }, sessionId)
  })
}

/** What one saved media consists of. */
export interface MediaEntry {
  media: DraftMedia
  thumbnail?: DraftThumbnail
  /** Ids that stand before it in the draft, so that files encoded side by side keep the order they were given in. */
  before?: readonly string[]
}

/** The bytes, the thumbnail and the draft's reference to them land together or not at all. */
export function saveDraftMedia(media: DraftMedia, thumbnail?: DraftThumbnail, before?: readonly string[]): Promise<void> {
  return saveDraftMedias([{ media, thumbnail, before }])
}

/** All of them in one transaction: the disk is waited for once, not for each. */
export function saveDraftMedias(entries: readonly MediaEntry[]): Promise<void> {
  return transact(WRITE_MEDIAS, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const sessionIds = [...new Set(entries.map(({ media }) => media.sessionId))]
    // Read before anything is written: a read waits for all that was asked before it, megabytes among them.
    const drafts = await Promise.all(sessionIds.map(id => messages.get(id)))
    // Each in a function of its own, so that one the browser refuses at once is a rejection like the others.
    await Promise.all([
      ...sessionIds.map(async (id, i) => messages.put({ ...drafts[i], mediaIds: [...withInserted(drafts[i]?.mediaIds ?? [], entries, id)] }, id)),
      ...entries.map(async ({ thumbnail }) => thumbnail && tx.objectStore('draftThumbnails').put(thumbnail)),
      ...entries.map(async ({ media }) => tx.objectStore('draftMedias').put(media)),
    ])
  })
}

const withInserted = (ids: readonly string[], entries: readonly MediaEntry[], sessionId: string) =>
  entries.filter(({ media }) => media.sessionId === sessionId).reduce((all, { media, before }) => insert(all, media.id, before), ids)

/** One that is there already, saved anew, keeps its place. */
function insert(ids: readonly string[], id: string, before: readonly string[] | undefined): readonly string[] {
  if (ids.includes(id))
    return ids
  const place = before ? ids.findLastIndex(other => before.includes(other)) + 1 : ids.length
  return [...ids.slice(0, place), id, ...ids.slice(place)]
}

export function getDraftMedia(id: string): Promise<DraftMedia | undefined> {
  return transact({ stores: ['draftMedias'], mode: 'readonly' }, tx => tx.objectStore('draftMedias').get(id))
}

/** In the order they were attached; the index alone would give them in the order of their random ids. */
export function getDraftMediasBySession(sessionId: string): Promise<DraftMedia[]> {
  return transact({ stores: ['draftMedias', 'draftMessages'], mode: 'readonly' }, async (tx) => {
    const medias = await tx.objectStore('draftMedias').index('sessionId').getAll(sessionId)
    return inOrder(medias, await mediaIds(tx, sessionId))
  })
}

export interface ShownDraft {
  thumbnails: DraftThumbnail[]
  /** Medias of this draft that an older version saved without a thumbnail. */
  missing: string[]
}

/** What a draft's attachments look like, in order, without reading their bytes. */
export function getDraftThumbnailsBySession(sessionId: string): Promise<ShownDraft> {
  return transact({ stores: ['draftThumbnails', 'draftMessages'], mode: 'readonly' }, async (tx) => {
    const all = await tx.objectStore('draftThumbnails').index('sessionId').getAll(sessionId)
    const ids = await mediaIds(tx, sessionId)
    const thumbnails = inOrder(all, ids)
    return { thumbnails, missing: ids.filter(id => !thumbnails.some(thumbnail => thumbnail.id === id)) }
  })
}

async function mediaIds(tx: DraftTransaction, sessionId: string) {
  return (await tx.objectStore('draftMessages').get(sessionId))?.mediaIds ?? []
}

function inOrder<Value extends { id: string }>(values: Value[], ids: readonly string[]): Value[] {
  const byId = new Map(values.map(value => [value.id, value]))
  return ids.flatMap(id => byId.get(id) ?? [])
}

/** For a media that has none yet; does nothing where the media is gone meanwhile. */
export function saveDraftThumbnail(thumbnail: DraftThumbnail): Promise<void> {
  return transact({ stores: ['draftMedias', 'draftThumbnails'], mode: 'readwrite' }, async (tx) => {
    if (await tx.objectStore('draftMedias').getKey(thumbnail.id))
      await tx.objectStore('draftThumbnails').put(thumbnail)
  })
}

export function deleteDraftMedia(id: string): Promise<void> {
  return transact(WRITE_MEDIAS, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const media = await tx.objectStore('draftThumbnails').get(id) ?? await tx.objectStore('draftMedias').get(id)
    const draft = media && await messages.get(media.sessionId)
    await Promise.all([
      draft?.mediaIds && messages.put({ ...draft, mediaIds: draft.mediaIds.filter(other => other !== id) }, media!.sessionId),
      tx.objectStore('draftMedias').delete(id),
      tx.objectStore('draftThumbnails').delete(id),
    ])
  })
}

export function deleteAllDraftMediasForSession(sessionId: string): Promise<void> {
  return transact(WRITE_MEDIAS, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const draft = await messages.get(sessionId)
    await Promise.all([
      deleteMedias(tx, sessionId),
      draft?.mediaIds && messages.put({ ...draft, mediaIds: [] }, sessionId),
    ])
  })
}

/**
 * Forgets a draft with its medias and its place among the sessions that exist only here.
 * @param messageId forget it only while it is the message under this id
 * @returns whether it was forgotten
 */
export function deleteDraft(sessionId: string, messageId?: string): Promise<boolean> {
  return transact(WRITE_ALL, async (tx) => {
    const draft = await tx.objectStore('draftMessages').get(sessionId)
    if (messageId && draft?.messageId !== messageId)
      return false
    await Promise.all([
      deleteMedias(tx, sessionId),
      tx.objectStore('draftMessages').delete(sessionId),
      tx.objectStore('draftSessions').delete(sessionId),
    ])
    return true
  })
}

async function deleteMedias(tx: DraftTransaction, sessionId: string) {
  await Promise.all((['draftMedias', 'draftThumbnails'] as const).map(async (name) => {
    const store = tx.objectStore(name)
    const ids = await store.index('sessionId').getAllKeys(sessionId)
    await Promise.all(ids.map(id => store.delete(id)))
  }))
}
