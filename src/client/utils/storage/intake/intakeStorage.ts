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
export function takeIn(files: readonly IntakeFile[], isRead = true): Promise<string> {
  return transact({ ...WRITE, stores: ['intake', 'draftMessages', 'leases'] }, async (tx) => {
    const stored = await Promise.all(files.map(({ sessionId }) => isRead ? undefined : tx.objectStore('draftMessages').get(sessionId)))
    const mark = await markIn(tx)
    await putIntake(tx, files.map((file, i) => ({ ...file, before: [...stored[i]?.mediaIds ?? [], ...file.before] })))
    return mark
  })
}

/** Puts back what was removed, to be prepared from its beginning. */
export function putBackIntake(files: readonly IntakeFile[]): Promise<void> {
  return transact(WRITE, tx => putIntake(tx, files))
}

/** Of all drafts, in the order in which they were given. */
export function getIntake(): Promise<IntakeFile[]> {
  return transact({ stores: ['intake'], mode: 'readonly' }, async tx => (await tx.objectStore('intake').getAll()).sort(byPlace))
}

/** Their preparation begins anew; that is noted before, for it may end the browser. @returns what is there of a batch, and the database's mark */
export function beginAnew(batch: string): Promise<{ files: IntakeFile[], mark: string }> {
  return transact({ ...WRITE, stores: ['intake', 'leases'] }, async (tx) => {
    const all = await tx.objectStore('intake').getAll()
    const files = all.filter(file => batchOf(file) === batch).sort(byPlace).map(file => ({ ...file, tries: (file.tries ?? 0) + 1 }))
    await putIntake(tx, files)
    return { files, mark: await markIn(tx) }
  })
}

/** They were refused, or found no room as something else. */
export function deleteIntake(ids: readonly string[]): Promise<void> {
  return transact(WRITE, async (tx) => {
    await takeIntake(tx, ids.map(id => ({ id })))
  })
}
