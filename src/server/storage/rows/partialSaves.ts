import { sql } from 'kysely'
import type { Part } from '../../../shared/protocol/parts.ts'
import type { Database, DatabaseTransaction } from '../database/database.ts'
import { saveParts } from './partRows.ts'

/** What of one answer is to be saved while it is being made. */
interface PartialSave {
  messageId: string
  parts: readonly Part[]
  changed: ReadonlySet<string>
  /** It must survive a power cut at once. A piece of a text need not: the end of the answer saves all of it. */
  isDurable: boolean
}

interface Waiting extends PartialSave {
  resolve: () => void
  reject: (error: unknown) => void
}

export type PartialSaves = ReturnType<typeof createPartialSaves>

/** Saves what answers have said so far, all that came meanwhile in one transaction: three hundred answers at once wait for the disk together. */
export function createPartialSaves(database: Database) {
  let waiting: Waiting[] = []
  let isWriting = false

  async function write() {
    isWriting = true
    while (waiting.length) {
      const batch = waiting
      waiting = []
      await settle(batch)
    }
    isWriting = false
  }

  /** One that cannot be saved, because its session was deleted, say, costs the others nothing. */
  async function settle(batch: readonly Waiting[]) {
    try {
      await save(batch)
      batch.forEach(({ resolve }) => resolve())
    }
    catch (error) {
      const [first, ...others] = batch
      if (!others.length)
        return first?.reject(error)
      for (const one of batch)
        await settle([one])
    }
  }

  function save(batch: readonly PartialSave[]): Promise<void> {
    const saveAll = async (trx: DatabaseTransaction) => {
      for (const { messageId, parts, changed } of batch)
        await saveParts(trx, messageId, parts, changed)
    }
    return batch.some(({ isDurable }) => isDurable)
      ? database.transaction().execute(saveAll)
      : database.connection().execute(async (connection) => {
          await sql`pragma synchronous = normal`.execute(connection)
          try {
            await connection.transaction().execute(saveAll)
          }
          finally {
            await sql`pragma synchronous = full`.execute(connection)
          }
        })
  }

  return {
    /** Rejects where it could not be saved. */
    save(one: PartialSave): Promise<void> {
      return new Promise((resolve, reject) => {
        waiting.push({ ...one, resolve, reject })
        if (!isWriting)
          void write()
      })
    },
  }
}
