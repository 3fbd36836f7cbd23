import { asDraft, putAside } from '../../text/asides.ts'
import { transact } from '../draftDatabase.ts'
import type { DraftMessage, DraftTransaction } from '../draftSchema.ts'
import { putMedias, takeMedias, type Removed } from '../mediaRecords.ts'
import { readText, revise, type DraftText } from '../textStorage.ts'
import { putEnded, type EndedEdit } from './endedStorage.ts'
import { WITH_EDITS } from './scopes.ts'

/*
 * A message that was opened to be edited: it is the session's draft then, and what was being written waits beside it.
 * Every function resolves when its transaction is complete; it rejects when nothing was changed.
 */

/** Which message a session's draft shall stand for, whether that waited, and whether the agent's folder is put back as it was there. */
export type Edit = Pick<DraftMessage, 'replaces' | 'restoresFiles' | 'waited'>

export function getEdit(sessionId: string): Promise<Edit> {
  return transact({ stores: ['draftMessages'], mode: 'readonly' }, async tx => await tx.objectStore('draftMessages').get(sessionId) ?? {})
}

/** Does nothing where no message is being edited. */
export function saveRestoresFiles(sessionId: string, restoresFiles: boolean): Promise<void> {
  return transact({ stores: ['draftMessages'], mode: 'readwrite' }, async (tx) => {
    const draft = await tx.objectStore('draftMessages').get(sessionId)
    if (draft?.replaces)
      await tx.objectStore('draftMessages').put({ ...draft, restoresFiles }, sessionId)
  })
}

/** The draft as it is then, and the edit that was open until then. */
export interface BegunEdit {
  draft: DraftText
  ended?: EndedEdit
}

/**
 * @param message that is edited, as it shall be the draft
 * @param files its files, by reference
 * @param mayEnd throws where the edit that is open must stay: nothing is changed then
 * @returns undefined where this message is being edited already: another click or tab was faster
 */
export function beginEdit(sessionId: string, { message, replaces, waited }: Pick<EndedEdit['edit'], 'message' | 'replaces' | 'waited'>, files: readonly Removed[], mayEnd: (open: EndedEdit) => void): Promise<BegunEdit | undefined> {
  return transact(WITH_EDITS, async (tx) => {
    const there = await tx.objectStore('draftMessages').get(sessionId)
    if (there?.replaces === replaces)
      return undefined
    const begun = await putEdit(tx, sessionId, { edit: { message, mediaIds: files.map(({ media }) => media.id), replaces, ...waited && { waited } }, files })
    if (begun.ended)
      mayEnd(begun.ended)
    return begun
  })
}

/** Goes on with an edit that was ended. It is the draft then, and kept beside it no longer. */
export const resumeEdit = (sessionId: string, edit: EndedEdit): Promise<BegunEdit> => transact(WITH_EDITS, tx => putEdit(tx, sessionId, edit))

/** What is being written waits beside it; an edit that is open does not come among that, but ends. */
async function putEdit(tx: DraftTransaction, sessionId: string, { edit, files, keptAs }: EndedEdit): Promise<BegunEdit> {
  const { ended, rest } = await endEdit(tx, sessionId)
  if (keptAs !== undefined && rest.ended?.id === keptAs)
    delete rest.ended
  await putMedias(tx, files)
  await tx.objectStore('draftMessages').put(putAside<DraftMessage>(rest, edit), sessionId)
  await revise(tx, sessionId)
  return { draft: await readText(tx, sessionId), ended }
}

/** What was being written before is the draft again, and the edit is kept beside it. @returns undefined where nothing was being edited */
export function cancelEdit(sessionId: string): Promise<Required<BegunEdit> | undefined> {
  return transact(WITH_EDITS, async (tx) => {
    const { ended, rest } = await endEdit(tx, sessionId)
    if (!ended)
      return undefined
    const draft = await putEnded(tx, rest, ended)
    await tx.objectStore('draftMessages').put(draft, sessionId)
    await revise(tx, sessionId)
    return { ended: { ...ended, keptAs: draft.ended.id }, draft: await readText(tx, sessionId) }
  })
}

/** Inside a transaction that somebody else has begun. @returns the edit that was open, and what is the draft then, which is not written yet */
export async function endEdit(tx: DraftTransaction, sessionId: string): Promise<{ ended?: EndedEdit, rest: DraftMessage }> {
  const there = await tx.objectStore('draftMessages').get(sessionId) ?? {}
  const ended = await takeEdit(tx, there)
  if (!ended)
    return { rest: there }
  const { message: _, mediaIds: _ids, ...rest } = there
  return { ended, rest: asDraft(rest) }
}

async function takeEdit(tx: DraftTransaction, { message = '', mediaIds = [], replaces, restoresFiles, waited }: DraftMessage): Promise<EndedEdit | undefined> {
  return replaces === undefined ? undefined : { edit: { message, mediaIds, replaces, restoresFiles, waited }, files: await takeMedias(tx, mediaIds) }
}
