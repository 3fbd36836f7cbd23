import { transact, type DraftMessage, type DraftRevision, type DraftSession, type DraftThumbnail, type DraftTransaction, type Scope } from './draftDatabase.ts'
import type { DraftMedia } from './fileUtils.ts'
import { insertAfter } from './order.ts'
import { uuid } from './uuid.ts'

export { closeDraftStorage, deleteDraftStorage, onStorageObstacle } from './draftDatabase.ts'
export type { DraftMessage, DraftRevision, DraftSession, DraftThumbnail, StorageObstacle } from './draftDatabase.ts'

/*
 * The drafts on this device. Every function resolves when its transaction is complete, and not before;
 * it rejects with the browser's DOMException (QuotaExceededError, ...) when nothing was changed.
 */

const READ_TEXTS: Scope = { stores: ['draftMessages', 'draftRevisions'], mode: 'readonly' }
/** A keystroke's transaction leaves the medias alone: they are megabytes, and one types beside them. */
const WRITE_TEXTS: Scope = { ...READ_TEXTS, mode: 'readwrite' }
const WRITE_MEDIAS: Scope = { stores: ['draftMessages', 'draftRevisions', 'draftMedias', 'draftThumbnails'], mode: 'readwrite', durability: 'strict' }
/** The outbox only to be read: its messages' medias lie among the drafts'. */
const WRITE_ALL: Scope = { ...WRITE_MEDIAS, stores: [...WRITE_MEDIAS.stores, 'draftSessions', 'outbox'] }

/** Merges, so that a keystroke never drops the attachments and an attachment never drops the text. */
export function saveDraftMessage(sessionId: string, changes: DraftMessage): Promise<void> {
  return transact(WRITE_TEXTS, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    await messages.put({ ...await messages.get(sessionId), ...changes }, sessionId)
    if (changes.message !== undefined)
      await revise(tx, sessionId)
  })
}

export function getDraftMessage(sessionId: string): Promise<DraftMessage | undefined> {
  return transact(READ_TEXTS, tx => tx.objectStore('draftMessages').get(sessionId))
}

/** A draft's text as the device holds it, shared by all tabs. */
export interface DraftText extends Partial<DraftRevision> {
  message: string
  mediaIds: string[]
}

export function getDraftText(sessionId: string): Promise<DraftText> {
  return transact(READ_TEXTS, tx => readText(tx, sessionId))
}

export async function readText(tx: DraftTransaction, sessionId: string): Promise<DraftText> {
  const [draft, revision] = await Promise.all([
    tx.objectStore('draftMessages').get(sessionId),
    tx.objectStore('draftRevisions').get(sessionId),
  ])
  return { message: draft?.message ?? '', mediaIds: draft?.mediaIds ?? [], ...revision }
}

/** The text was changed: tabs that know an earlier one are behind. */
export async function revise(tx: DraftTransaction, sessionId: string, changes: Pick<DraftRevision, 'apart' | 'changedAt'> = {}): Promise<void> {
  const revisions = tx.objectStore('draftRevisions')
  await revisions.put({ ...await revisions.get(sessionId), changedAt: Date.now(), ...changes, revision: uuid() }, sessionId)
}

/** Its files were changed: the text is what it was, and so is its revision. */
async function touch(tx: DraftTransaction, sessionId: string): Promise<void> {
  const revisions = tx.objectStore('draftRevisions')
  await revisions.put({ ...await revisions.get(sessionId), changedAt: Date.now() }, sessionId)
}

/**
 * Saves what was typed in one tab. Where another tab has changed the text since, nobody is overwritten:
 * this tab's text is kept apart until a person has decided.
 * @param base the revision that the tab's text began from
 * @returns what the device holds now; `apart[tab]` is set where the texts differ
 */
export function saveDraftText(sessionId: string, message: string, { tab, base }: { tab: string, base?: string }): Promise<DraftText> {
  return transact(WRITE_TEXTS, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const stored = await readText(tx, sessionId)
    if (stored.message === message) {
      await agree(tx, sessionId, tab)
    }
    // Where no revision is known any more, and no text, there is nobody to overwrite.
    else if (stored.revision === base || (!stored.revision && !stored.message)) {
      await messages.put({ ...await messages.get(sessionId), message }, sessionId)
      await revise(tx, sessionId)
    }
    else {
      const apart = { ...stored.apart, [tab]: message }
      await tx.objectStore('draftRevisions').put({ revision: stored.revision ?? uuid(), changedAt: Date.now(), apart }, sessionId)
    }
    return readText(tx, sessionId)
  })
}

/** The tab's text is the draft's again: nothing is left to decide about. */
async function agree(tx: DraftTransaction, sessionId: string, tab: string) {
  const stored = await tx.objectStore('draftRevisions').get(sessionId)
  if (!stored || !isApart(stored, tab))
    return
  const { [tab]: _, ...apart } = stored.apart!
  await tx.objectStore('draftRevisions').put({ ...stored, apart }, sessionId)
}

/** Whether the tab's text is kept apart from the draft's; an empty one can be, too. */
export const isApart = ({ apart = {} }: Pick<DraftRevision, 'apart'>, tab: string): boolean => tab in apart

/**
 * What a person made of two texts that were written apart.
 * @param tab whose text is no longer apart with it
 */
export function settleDraftText(sessionId: string, message: string, tab: string): Promise<DraftText> {
  return transact(WRITE_TEXTS, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const { [tab]: _, ...apart } = (await readText(tx, sessionId)).apart ?? {}
    await messages.put({ ...await messages.get(sessionId), message }, sessionId)
    await revise(tx, sessionId, { apart })
    return readText(tx, sessionId)
  })
}

export interface AllDrafts {
  messages: Map<string, DraftMessage>
  sessions: Map<string, DraftSession>
  revisions: Map<string, DraftRevision>
}

/** The texts of all drafts and the sessions that exist only here, by session id. No media is read. */
export function getAllDrafts(): Promise<AllDrafts> {
  return transact({ stores: ['draftMessages', 'draftSessions', 'draftRevisions'], mode: 'readonly' }, async (tx) => {
    const [messages, sessions, revisions] = await Promise.all([
      entries(tx.objectStore('draftMessages')),
      entries(tx.objectStore('draftSessions')),
      entries(tx.objectStore('draftRevisions')),
    ])
    return { messages, sessions, revisions }
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
      ...sessionIds.map(id => touch(tx, id)),
      ...entries.map(async ({ thumbnail }) => thumbnail && tx.objectStore('draftThumbnails').put(thumbnail)),
      ...entries.map(async ({ media }) => tx.objectStore('draftMedias').put(media)),
    ])
  })
}

const withInserted = (ids: readonly string[], entries: readonly MediaEntry[], sessionId: string) =>
  entries.filter(({ media }) => media.sessionId === sessionId).reduce((all, { media, before }) => insertAfter(all, media.id, before), ids)

/** The same media in another form, in its place. @returns false where it is no longer the draft's */
export function replaceDraftMedia(media: DraftMedia, thumbnail: DraftThumbnail): Promise<boolean> {
  return transact(WRITE_MEDIAS, async (tx) => {
    const draft = await tx.objectStore('draftMessages').get(media.sessionId)
    const isThere = draft?.mediaIds?.includes(media.id) ?? false
    if (isThere)
      await Promise.all([touch(tx, media.sessionId), putMedias(tx, [{ media, thumbnail }])])
    return isThere
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

export async function getDraftThumbnails(ids: readonly string[]): Promise<DraftThumbnail[]> {
  return ids.length === 0 ? [] : transact({ stores: ['draftThumbnails'], mode: 'readonly' }, async (tx) => {
    const thumbnails = await Promise.all(ids.map(id => tx.objectStore('draftThumbnails').get(id)))
    return thumbnails.filter(thumbnail => thumbnail !== undefined)
  })
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

/** What was taken out of a draft, so that it can be put back. */
export interface Removed {
  media: DraftMedia
  thumbnail?: DraftThumbnail
}

/** @returns what was removed; undefined where it was gone already */
export function deleteDraftMedia(id: string): Promise<Removed | undefined> {
  return transact(WRITE_MEDIAS, async (tx) => {
    const [removed] = await takeMedias(tx, [id])
    const sessionId = removed?.media.sessionId
    const messages = tx.objectStore('draftMessages')
    const draft = sessionId && await messages.get(sessionId)
    if (sessionId && draft && draft.mediaIds) {
      await messages.put({ ...draft, mediaIds: draft.mediaIds.filter(other => other !== id) }, sessionId)
      await touch(tx, sessionId)
    }
    return removed
  })
}

export function deleteAllDraftMediasForSession(sessionId: string): Promise<void> {
  return transact(WRITE_ALL, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const draft = await messages.get(sessionId)
    await deleteMedias(tx, await mediasOfDraft(tx, sessionId))
    if (draft?.mediaIds)
      await messages.put({ ...draft, mediaIds: [] }, sessionId)
  })
}

/** A draft as it was before it was forgotten. */
export interface ForgottenDraft {
  draft?: DraftMessage
  session?: DraftSession
  apart?: DraftRevision['apart']
  changedAt?: number
  /** In their order. */
  medias: Removed[]
}

/**
 * Forgets a draft with its medias. Messages of the session that are on their way are not touched.
 * @param keepSession it stays among the sessions that exist only here, all the same
 * @returns what it was, so that it can come back
 */
export function deleteDraft(sessionId: string, keepSession = false): Promise<ForgottenDraft> {
  return transact(WRITE_ALL, async (tx) => {
    const [draft, session, { apart, changedAt }] = await Promise.all([
      tx.objectStore('draftMessages').get(sessionId),
      tx.objectStore('draftSessions').get(sessionId),
      readText(tx, sessionId),
    ])
    const medias = await takeMedias(tx, draft?.mediaIds ?? [])
    await Promise.all([
      deleteMedias(tx, await mediasOfDraft(tx, sessionId)),
      tx.objectStore('draftMessages').delete(sessionId),
      keepSession || tx.objectStore('draftSessions').delete(sessionId),
      revise(tx, sessionId, { apart: {} }),
    ])
    return { draft, session, apart, changedAt, medias }
  })
}

/** Puts a forgotten draft back, before whatever was begun in its place meanwhile. @returns the text that is there now */
export function restoreDraft(sessionId: string, { draft, session, apart, changedAt = Date.now(), medias }: ForgottenDraft): Promise<DraftText> {
  return transact(WRITE_ALL, async (tx) => {
    const now = await tx.objectStore('draftMessages').get(sessionId)
    await putMedias(tx, medias)
    await tx.objectStore('draftMessages').put(joinDrafts(draft ?? {}, now ?? {}), sessionId)
    if (session)
      await tx.objectStore('draftSessions').put({ ...session, ...await tx.objectStore('draftSessions').get(sessionId) }, sessionId)
    // As old as it was, unless something was begun in its place.
    await revise(tx, sessionId, { apart: { ...apart, ...(await readText(tx, sessionId)).apart }, ...now ? {} : { changedAt } })
    return readText(tx, sessionId)
  })
}

/** Two drafts as one, the first one first. */
export function joinDrafts(first: DraftMessage, second: DraftMessage): DraftMessage {
  return {
    ...first,
    ...second,
    message: [first.message, second.message].filter(Boolean).join('\n'),
    mediaIds: [...new Set([...first.mediaIds ?? [], ...second.mediaIds ?? []])],
  }
}

/** Those of the session that no message on its way holds. */
async function mediasOfDraft(tx: DraftTransaction, sessionId: string): Promise<string[]> {
  const [ids, outbox] = await Promise.all([
    tx.objectStore('draftMedias').index('sessionId').getAllKeys(sessionId),
    tx.objectStore('outbox').getAll(),
  ])
  const sent = new Set(outbox.flatMap(({ mediaIds }) => mediaIds))
  return ids.filter(id => !sent.has(id))
}

export async function putMedias(tx: DraftTransaction, medias: readonly Removed[]): Promise<void> {
  await Promise.all(medias.flatMap(({ media, thumbnail }) => [
    tx.objectStore('draftMedias').put(media),
    thumbnail && tx.objectStore('draftThumbnails').put(thumbnail),
  ]))
}

export async function takeMedias(tx: DraftTransaction, ids: readonly string[]): Promise<Removed[]> {
  const removed = await Promise.all(ids.map(async (id): Promise<Removed[]> => {
    const [media, thumbnail] = await Promise.all([tx.objectStore('draftMedias').get(id), tx.objectStore('draftThumbnails').get(id)])
    return media ? [{ media, thumbnail }] : []
  }))
  await deleteMedias(tx, ids)
  return removed.flat()
}

export async function deleteMedias(tx: DraftTransaction, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.flatMap(id => [tx.objectStore('draftMedias').delete(id), tx.objectStore('draftThumbnails').delete(id)]))
}
