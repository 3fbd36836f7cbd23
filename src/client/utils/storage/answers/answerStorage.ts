import { transact } from '../draftDatabase.ts'
import type { KeptAnswer } from '../draftSchema.ts'

/*
 * Answers to what agents ask, until the server has them. Every function resolves when its transaction is complete;
 * it rejects with the browser's DOMException when nothing was changed.
 */

export function getAnswers(): Promise<KeptAnswer[]> {
  return transact({ stores: ['answers'], mode: 'readonly' }, tx => tx.objectStore('answers').getAll())
}

/** One that is decided is on the disk when this resolves, and not in a cache. */
export function saveAnswer(answer: KeptAnswer): Promise<void> {
  return transact({ stores: ['answers'], mode: 'readwrite', durability: answer.given ? 'strict' : 'default' }, async (tx) => {
    await tx.objectStore('answers').put(answer)
  })
}

export function deleteAnswer(id: string): Promise<void> {
  return transact({ stores: ['answers'], mode: 'readwrite' }, tx => tx.objectStore('answers').delete(id))
}
