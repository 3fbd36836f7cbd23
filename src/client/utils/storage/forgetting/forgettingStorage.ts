import { asDraft } from '../../text/asides.ts'
import { transact, type Scope } from '../draftDatabase.ts'
import type { DraftMessage, DraftRevision, DraftSession } from '../draftSchema.ts'
import { intakeOf, putIntake, takeIntake, type IntakeFile } from '../intakeRecords.ts'
import { joinRefused } from '../intake/refusalStorage.ts'
import { joinDrafts } from '../edits/joinDrafts.ts'
import { deleteMedias, mediasOfDraft, putMedias, takeMedias, type Removed } from '../mediaRecords.ts'
import { readText, revise, type DraftText } from '../textStorage.ts'

/* Whole drafts, taken away and put back. */

/** The outbox only to be read: its messages' medias lie among the drafts'. */
const EVERYTHING: Scope = {
  stores: ['draftMessages', 'draftRevisions', 'draftMedias', 'draftThumbnails', 'draftSessions', 'outbox', 'intake'],
  mode: 'readwrite',
  durability: 'strict',
}

/** A draft as it was before it was forgotten. */
export interface ForgottenDraft {
  draft?: DraftMessage
  session?: DraftSession
  conflicting?: DraftRevision['conflicting']
  changedAt?: number
  /** In their order. */
  medias: Removed[]
  /** Those of its files that were still being prepared, as they were given. */
  intake?: IntakeFile[]
}

/**
 * Forgets a draft with its medias. Messages of the session that are on their way are not touched.
 * @param keepSession it stays among the sessions that exist only here, all the same
 * @returns what it was, so that it can come back
 */
export function deleteDraft(sessionId: string, keepSession = false): Promise<ForgottenDraft> {
  return transact(EVERYTHING, async (tx) => {
    const [draft, session, { conflicting, changedAt }] = await Promise.all([
      tx.objectStore('draftMessages').get(sessionId),
      tx.objectStore('draftSessions').get(sessionId),
      readText(tx, sessionId),
    ])
    const medias = await takeMedias(tx, [draft, draft?.aside, draft?.ended].flatMap(part => part?.mediaIds ?? []))
    const intake = await takeIntake(tx, await intakeOf(tx, sessionId))
    await Promise.all([
      deleteMedias(tx, await mediasOfDraft(tx, sessionId)),
      tx.objectStore('draftMessages').delete(sessionId),
      keepSession || tx.objectStore('draftSessions').delete(sessionId),
      revise(tx, sessionId, { conflicting: {} }),
    ])
    return { draft, session, conflicting, changedAt, medias, intake }
  })
}

/** Puts a forgotten draft back, before whatever was begun in its place meanwhile. @returns the text that is there now */
export function restoreDraft(sessionId: string, { draft, session, conflicting, changedAt = Date.now(), medias, intake = [] }: ForgottenDraft): Promise<DraftText> {
  return transact(EVERYTHING, async (tx) => {
    const now = await tx.objectStore('draftMessages').get(sessionId)
    await putMedias(tx, medias)
    await putIntake(tx, intake)
    await tx.objectStore('draftMessages').put(withRefused(draft, now), sessionId)
    if (session)
      await tx.objectStore('draftSessions').put({ ...session, ...await tx.objectStore('draftSessions').get(sessionId) }, sessionId)
    // As old as it was, unless something was begun in its place.
    await revise(tx, sessionId, { conflicting: { ...conflicting, ...(await readText(tx, sessionId)).conflicting }, ...now ? {} : { changedAt } })
    return readText(tx, sessionId)
  })
}

/** Makes a session's draft another session's, before whatever is there: its text, its files, and texts in conflict with it. */
export function moveDraft(from: string, to: string): Promise<void> {
  return transact(EVERYTHING, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const [{ title: _, ended: _ended, ...rest }, there, { conflicting }] = await Promise.all([
      messages.get(from).then(found => found ?? {} as DraftMessage),
      messages.get(to),
      readText(tx, from),
    ])
    const draft = asDraft(rest) // what it was to stand for is not in the other session
    const medias = await takeMedias(tx, draft.mediaIds ?? [])
    const intake = await intakeOf(tx, from)
    await Promise.all([
      putIntake(tx, intake.map(file => ({ ...file, sessionId: to }))),
      putMedias(tx, medias.map(({ media, thumbnail }) => ({ media: { ...media, sessionId: to }, thumbnail: thumbnail && { ...thumbnail, sessionId: to } }))),
      messages.put(withRefused(draft, there), to),
      messages.delete(from),
      revise(tx, from, { conflicting: {} }),
      revise(tx, to, { conflicting }),
    ])
  })
}

/** The same, of drafts that may both have files that were not taken. */
const withRefused = (first: DraftMessage = {}, second: DraftMessage = {}): DraftMessage => ({
  ...joinDrafts(first, second),
  ...(first.refused ?? second.refused) && { refused: joinRefused(first.refused, second.refused) },
})
