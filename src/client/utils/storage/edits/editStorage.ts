import { asDraft, putAside } from '../../text/asides.ts'
import { transact, type Scope } from '../draftDatabase.ts'
import type { DraftMessage, DraftTransaction } from '../draftSchema.ts'
import { putMedias, takeMedias, type Removed } from '../mediaRecords.ts'
import { readText, revise, type DraftText } from '../textStorage.ts'

/*
 * A message that was opened to be edited: it is the session's draft then, and what was being written waits beside it.
 * Every function resolves when its transaction is complete; it rejects when nothing was changed.
 */

const WRITE: Scope = { stores: ['draftMessages', 'draftRevisions', 'draftMedias', 'draftThumbnails'], mode: 'readwrite', durability: 'strict' }

/** Which message a session's draft shall stand for, and whether the agent's folder is put back as it was there. */
export type Edit = Pick<DraftMessage, 'replaces' | 'restoresFiles'>

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

/** @param files its files, by reference @returns the draft as it is then */
export function beginEdit(sessionId: string, text: string, replaces: string, files: readonly Removed[]): Promise<DraftText> {
  return resumeEdit(sessionId, { edit: { message: text, mediaIds: files.map(({ media }) => media.id), replaces }, files })
}

/** An edit as it was before it was cancelled. */
export interface CancelledEdit {
  edit: DraftMessage & Required<Pick<DraftMessage, 'replaces'>>
  files: readonly Removed[]
}

export function resumeEdit(sessionId: string, { edit, files }: CancelledEdit): Promise<DraftText> {
  return transact(WRITE, async (tx) => {
    await putMedias(tx, files)
    const messages = tx.objectStore('draftMessages')
    await messages.put(putAside<DraftMessage>(await messages.get(sessionId) ?? {}, edit), sessionId)
    await revise(tx, sessionId)
    return readText(tx, sessionId)
  })
}

/** What was being written before is the draft again. @returns undefined where nothing was being edited */
export function cancelEdit(sessionId: string): Promise<{ cancelled: CancelledEdit, draft: DraftText } | undefined> {
  return transact(WRITE, async (tx) => {
    const { message = '', mediaIds = [], replaces, restoresFiles, ...rest } = await tx.objectStore('draftMessages').get(sessionId) ?? {}
    if (replaces === undefined)
      return undefined
    const files = await takeMedias(tx, mediaIds)
    await putDraft(tx, sessionId, asDraft(rest))
    await revise(tx, sessionId)
    return { cancelled: { edit: { message, mediaIds, replaces, restoresFiles }, files }, draft: await readText(tx, sessionId) }
  })
}

async function putDraft(tx: DraftTransaction, sessionId: string, draft: DraftMessage) {
  const messages = tx.objectStore('draftMessages')
  const isSomething = Object.values(draft).some(value => Array.isArray(value) ? value.length : value)
  await (isSomething ? messages.put(draft, sessionId) : messages.delete(sessionId))
}
