import { transact } from '../draftDatabase.ts'
import { intakeOf, putIntake, withIntake } from '../intakeRecords.ts'
import { joinOrders } from '../order.ts'
import { touch } from '../textStorage.ts'

/**
 * Puts a draft's files into this order, those too that are still being prepared: when they are ready, and when the
 * browser is killed before, they stand there. A file that is not named (another tab has just attached it) stays behind
 * the one that it stood behind. Resolves when it is on the disk; rejects with the browser's DOMException when nothing
 * was changed.
 */
export function orderDraftMedias(sessionId: string, ids: readonly string[]): Promise<void> {
  return transact({ stores: ['draftMessages', 'draftRevisions', 'intake'], mode: 'readwrite', durability: 'strict' }, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const [draft, intake] = await Promise.all([messages.get(sessionId), intakeOf(tx, sessionId)])
    const stored = draft?.mediaIds ?? []
    const order = joinOrders(ids, withIntake(stored, intake))
    await Promise.all([
      draft && messages.put({ ...draft, mediaIds: order.filter(id => stored.includes(id)) }, sessionId),
      putIntake(tx, intake.map(file => ({ ...file, before: order.slice(0, order.indexOf(file.id)), isPlaced: true }))),
      touch(tx, sessionId),
    ])
  })
}
