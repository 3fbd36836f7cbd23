import { uuid } from '../../../../shared/uuid.ts'
import { transact } from '../draftDatabase.ts'
import type { DraftMessage, DraftTransaction } from '../draftSchema.ts'
import { deleteMedias, putMedias, readMedias, type Removed } from '../mediaRecords.ts'
import { WITH_EDITS } from './scopes.ts'

/* An edit that was cancelled: it lies beside the draft, with its files, until nobody can take it back any more. */

/** An edit as it was before it was ended. */
export interface EndedEdit {
  edit: DraftMessage & Required<Pick<DraftMessage, 'replaces'>>
  files: readonly Removed[]
  /** Under which it is kept on the device, if so. */
  keptAs?: string
}

/** Milliseconds. Whoever comes back later does not remember what they cancelled. */
const KEPT = 3_600_000

/** Beside this draft, instead of one before it. Its files have been taken out. @returns the draft that is to be written */
export async function putEnded(tx: DraftTransaction, draft: DraftMessage, { edit, files }: EndedEdit): Promise<DraftMessage & Required<Pick<DraftMessage, 'ended'>>> {
  await deleteMedias(tx, draft.ended?.mediaIds ?? [])
  await putMedias(tx, files)
  const { message, replaces, restoresFiles, waited } = edit
  return { ...draft, ended: { id: uuid(), endedAt: Date.now(), message, replaces, restoresFiles, waited, mediaIds: files.map(({ media }) => media.id) } }
}

/** The one that lies there; one that has lain there for too long goes. */
export function getEnded(sessionId: string): Promise<EndedEdit | undefined> {
  return transact(WITH_EDITS, async (tx) => {
    const { ended } = await tx.objectStore('draftMessages').get(sessionId) ?? {}
    if (!ended)
      return undefined
    const { id: keptAs, endedAt, ...edit } = ended
    if (endedAt < Date.now() - KEPT)
      return void await forget(tx, sessionId)
    return { edit, files: await readMedias(tx, edit.mediaIds ?? []), keptAs }
  })
}

/** Nobody has taken it back. Does nothing where another one, or none, lies there by now. */
export function forgetEnded(sessionId: string, keptAs: string): Promise<void> {
  return transact(WITH_EDITS, async (tx) => {
    const { ended } = await tx.objectStore('draftMessages').get(sessionId) ?? {}
    if (ended?.id === keptAs)
      await forget(tx, sessionId)
  })
}

async function forget(tx: DraftTransaction, sessionId: string) {
  const messages = tx.objectStore('draftMessages')
  const { ended, ...draft } = await messages.get(sessionId) ?? {}
  await deleteMedias(tx, ended?.mediaIds ?? [])
  await (Object.keys(draft).length ? messages.put(draft, sessionId) : messages.delete(sessionId))
}
