import { createGroupCommit } from '../../../shared/groupCommit.ts'
import { textOf } from '../../../shared/parts/partEvents.ts'
import type { Part } from '../../../shared/protocol/parts.ts'
import type { Database, DatabaseTransaction } from '../database/database.ts'
import { isPostgres } from '../database/dialects/isPostgres.ts'
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

/** Characters that are saved in one transaction, or one answer where it has more. */
const CHARS_AT_ONCE = 524_288

function* portionsOf(batch: readonly PartialSave[]): Generator<PartialSave[]> {
  let portion: PartialSave[] = []
  let chars = 0
  for (const one of batch) {
    const own = textOf(one.parts).length
    if (portion.length && chars + own > CHARS_AT_ONCE) {
      yield portion
      portion = []
      chars = 0
    }
    portion.push(one)
    chars += own
  }
  if (portion.length)
    yield portion
}

export type PartialSaves = ReturnType<typeof createPartialSaves>

/** Saves what answers have said so far, all that came meanwhile in one transaction: three hundred answers at once wait for the disk together. */
export function createPartialSaves(database: Database) {
  /** In portions, between which others write: a hundred long texts in one would be a second in which nobody does anything. */
  async function save(batch: readonly PartialSave[]): Promise<void> {
    for (const some of portionsOf(batch))
      await savePortion(some)
  }

  function savePortion(batch: readonly PartialSave[]): Promise<void> {
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
    // PostgreSQL itself gathers commits; and each of its transactions has the right to write for one session.
    save: isPostgres(database) ? (one: PartialSave) => save([one]) : createGroupCommit(save),
  }
}
