import { transact } from '../../src/client/utils/storage/draftDatabase.ts'
import type { DraftMessage } from '../../src/client/utils/storage/draftSchema.ts'
import { revise } from '../../src/client/utils/storage/textStorage.ts'

/* A draft's record as it lies on the device, read and written past what keeps two tabs apart. */

export const getDraftMessage = (sessionId: string): Promise<DraftMessage | undefined> =>
  transact({ stores: ['draftMessages'], mode: 'readonly' }, tx => tx.objectStore('draftMessages').get(sessionId))

export const saveDraftMessage = (sessionId: string, changes: DraftMessage): Promise<void> =>
  transact({ stores: ['draftMessages', 'draftRevisions'], mode: 'readwrite' }, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    await messages.put({ ...await messages.get(sessionId), ...changes }, sessionId)
    if (changes.message !== undefined)
      await revise(tx, sessionId)
  })
