import { openedLock } from '../../locking/lockState.ts'
import { markIn } from '../deviceMark.ts'
import { transact, type Scope } from '../draftDatabase.ts'
import { batchOf, byPlace, putIntake, takeIntake, type IntakeFile } from '../intakeRecords.ts'

/*
 * Files as they were given, until they are prepared. Every function resolves when its transaction is complete; it rejects
 * with the browser's DOMException when nothing was changed.
 */

const WRITE: Scope = { stores: ['intake'], mode: 'readwrite', durability: 'strict' }

/**
 * All of them in one transaction: from now on they are safe.
 * @param isRead what lies on the device of their drafts is among what stands before them
 * @returns the database's mark, by which it is known later that it is still the same
 */
export async function takeIn(given: readonly IntakeFile[], isRead = true): Promise<string> {
  // A slow disk is waited for before the transaction, which holds up who types in the same draft.
  const files = openedLock() ? await Promise.all(given.map(inMemory)) : given
  return transact({ ...WRITE, stores: ['intake', 'draftMessages', 'leases'] }, async (tx) => {
    const stored = await Promise.all(files.map(({ sessionId }) => isRead ? undefined : tx.objectStore('draftMessages').get(sessionId)))
    const mark = await markIn(tx)
    await putIntake(tx, files.map((file, i) => ({ ...file, before: [...stored[i]?.mediaIds ?? [], ...file.before] })))
    return mark
  })
}

async function inMemory(given: IntakeFile): Promise<IntakeFile> {
  const { file } = given
  return file instanceof Blob ? { ...given, file: new Blob([await file.arrayBuffer()], { type: file.type }) } : given
}

/** Puts back what was removed, to be prepared from its beginning. */
export function putBackIntake(files: readonly IntakeFile[]): Promise<void> {
  return transact(WRITE, tx => putIntake(tx, files))
}

/** Of all drafts, in the order in which they were given. */
export function getIntake(): Promise<IntakeFile[]> {
  return transact({ stores: ['intake'], mode: 'readonly' }, async tx => (await tx.objectStore('intake').getAll()).sort(byPlace))
}

/** One of them; undefined where it is prepared, or was removed. */
export function getIntakeFile(id: string): Promise<IntakeFile | undefined> {
  return transact({ stores: ['intake'], mode: 'readonly' }, tx => tx.objectStore('intake').get(id))
}

/** Their preparation begins anew; that is noted before, for it may end the browser. @returns what is there of a batch, and the database's mark */
export const beginAnew = (batch: string): Promise<Begun> => begin(file => batchOf(file) === batch)

/** The same of one file. @param counts it may have been its fault that it was not finished */
export const beginOneAnew = (id: string, counts: boolean): Promise<Begun> => begin(file => file.id === id, counts)

interface Begun { files: IntakeFile[], mark: string }

function begin(isMeant: (file: IntakeFile) => boolean, counts = true): Promise<Begun> {
  return transact({ ...WRITE, stores: ['intake', 'leases'] }, async (tx) => {
    const all = await tx.objectStore('intake').getAll()
    const files = all.filter(isMeant).sort(byPlace).map(file => ({ ...file, tries: (file.tries ?? 0) + Number(counts) }))
    await putIntake(tx, files)
    return { files, mark: await markIn(tx) }
  })
}

/** They found no room as something else. */
export function deleteIntake(ids: readonly string[]): Promise<void> {
  return transact(WRITE, async (tx) => {
    await takeIntake(tx, ids.map(id => ({ id })))
  })
}
