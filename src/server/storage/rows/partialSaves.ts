import { createGroupCommit } from '../../../shared/groupCommit.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import type { Database, DatabaseTransaction } from '../database/database.ts'
import { transactionInHaste } from '../database/haste.ts'
import { saveParts } from './partRows.ts'

/** What of one answer is to be saved while it is being made. */
interface PartialSave {
  messageId: string
  parts: readonly Part[]
  changed: ReadonlySet<string>
  /** It must survive a power cut at once. A piece of a text need not: the end of the answer saves all of it. */
  isDurable: boolean
}

export type PartialSaves = ReturnType<typeof createPartialSaves>

/** Saves what answers have said so far, all that came meanwhile in one transaction: three hundred answers at once wait for the disk together. */
export function createPartialSaves(database: Database) {
  function save(batch: readonly PartialSave[]): Promise<void> {
    const saveAll = async (trx: DatabaseTransaction) => {
      for (const { messageId, parts, changed } of batch)
        await saveParts(trx, messageId, parts, changed)
    }
    return batch.some(({ isDurable }) => isDurable)
      ? database.transaction().execute(saveAll)
      : transactionInHaste(database, saveAll)
  }

  return {
    /** Rejects where it could not be saved; one that cannot be, because its session was deleted, say, costs the others nothing. */
    save: createGroupCommit(save),
  }
}
