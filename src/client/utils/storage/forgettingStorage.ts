import { asDraft } from '../text/asides.ts'
import { joinTexts } from '../text/joinTexts.ts'
import { transact, type Scope } from './draftDatabase.ts'
import type { DraftMessage, DraftRevision, DraftSession } from './draftSchema.ts'
import { deleteMedias, mediasOfDraft, putMedias, takeMedias, type Removed } from './mediaRecords.ts'
import { readText, revise, type DraftText } from './textStorage.ts'

/* Whole drafts, taken away and put back. */

/** The outbox only to be read: its messages' medias lie among the drafts'. */
const EVERYTHING: Scope = {
  stores: ['draftMessages', 'draftRevisions', 'draftMedias', 'draftThumbnails', 'draftSessions', 'outbox'],
  mode: 'readwrite',
  durability: 'strict',
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
  return transact(EVERYTHING, async (tx) => {
    const [draft, session, { apart, changedAt }] = await Promise.all([
      tx.objectStore('draftMessages').get(sessionId),
      tx.objectStore('draftSessions').get(sessionId),
      readText(tx, sessionId),
    ])
    const medias = await takeMedias(tx, [...draft?.mediaIds ?? [], ...draft?.aside?.mediaIds ?? []])
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
  return transact(EVERYTHING, async (tx) => {
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

/** Makes a session's draft another session's, before whatever is there: its text, its files, and texts in conflict with it. */
export function moveDraft(from: string, to: string): Promise<void> {
  return transact(EVERYTHING, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const [{ title: _, replaces: _replaces, ...rest }, there, { apart }] = await Promise.all([
      messages.get(from).then(found => found ?? {} as DraftMessage),
      messages.get(to),
      readText(tx, from),
    ])
    const draft = asDraft(rest) // what it was to stand for is not in the other session
    const medias = await takeMedias(tx, draft.mediaIds ?? [])
    await Promise.all([
      putMedias(tx, medias.map(({ media, thumbnail }) => ({ media: { ...media, sessionId: to }, thumbnail: thumbnail && { ...thumbnail, sessionId: to } }))),
      messages.put(joinDrafts(draft, there ?? {}), to),
      messages.delete(from),
      revise(tx, from, { apart: {} }),
      revise(tx, to, { apart }),
    ])
  })
}

/** Two drafts as one, the first one first. */
export function joinDrafts(first: DraftMessage, second: DraftMessage): DraftMessage {
  return {
    ...first,
    ...second,
    message: joinTexts(first.message, second.message),
    mediaIds: [...new Set([...first.mediaIds ?? [], ...second.mediaIds ?? []])],
  }
}
