import type { AgentChoice } from '../../../../shared/protocol/agent.ts'
import { transact } from '../draftDatabase.ts'

/* Who is to answer a draft. It lies in the draft's own record, and goes with it into the outbox. */

export function getChoice(sessionId: string): Promise<AgentChoice | undefined> {
  return transact({ stores: ['draftMessages'], mode: 'readonly' }, async tx => (await tx.objectStore('draftMessages').get(sessionId))?.choice)
}

/** Merges: the draft's text and files are left alone. Resolves when its transaction is complete. */
export function saveChoice(sessionId: string, choice: AgentChoice): Promise<void> {
  return transact({ stores: ['draftMessages'], mode: 'readwrite' }, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    await messages.put({ ...await messages.get(sessionId), choice }, sessionId)
  })
}
