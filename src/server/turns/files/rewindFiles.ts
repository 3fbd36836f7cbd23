import { sessionOf } from '../../storage/rows/messageInsert.ts'
import type { Database, MessageRow } from '../../storage/database/database.ts'
import { FILE_MODE, forgetFiles, readWorkspaceRecord, recordFiles, type RecordedFile } from '../../storage/workspace/workspaceRecord.ts'
import { filesBefore } from './filesBefore.ts'
import { takeAway } from './takeAway.ts'

export interface Rewound {
  /** The record tells something else now. */
  isChanged: boolean
  /** Paths of files that stay as they are: what is in them is stored nowhere. */
  unstored: string[]
}

/**
 * Makes the workspace's record tell the folder as it was before a message: what came with the messages before it, and
 * what the agent had made of that. What differs is taken out of the folder, and `restoreFiles` puts back what the
 * record names; so it does not matter where in between the server ends. Bytes that came later stay with their own
 * messages; those that are stored nowhere stay in the folder. Once more is fine.
 */
export async function rewindFiles(database: Database, asked: MessageRow, folder: string): Promise<Rewound> {
  const session = sessionOf(asked)
  const before = await filesBefore(database, asked)
  const record = await readWorkspaceRecord(database, session)
  const differing = [...new Set([...record.keys(), ...before.keys()])].filter(path => isOther(record.get(path), before.get(path)))
  const unstored: string[] = []
  for (const path of differing) {
    if (!await takeAway(folder, path, record.get(path)))
      unstored.push(path)
  }
  const taken = differing.filter(path => !unstored.includes(path))
  const backs = taken.flatMap(path => toRecord(before.get(path), record.get(path)))
  await database.transaction().execute(async (trx) => {
    await forgetFiles(trx, session, taken)
    await recordFiles(trx, session, backs)
    await trx.updateTable('messages').set({ restores_files: 0 }).where('id', '=', asked.id).execute()
  })
  return { isChanged: taken.length > 0, unstored }
}

type Before = { path: string, sha256: string, size: number } | undefined

/** What is there now and was never stored is left alone, unless another file of its name belongs there. */
function isOther(now: RecordedFile | undefined, before: Before) {
  return before ? now?.sha256 !== before.sha256 : now !== undefined && now.sha256 !== null
}

const toRecord = (before: Before, now: RecordedFile | undefined): RecordedFile[] =>
  before ? [{ path: before.path, size: before.size, sha256: before.sha256, mode: now?.mode || FILE_MODE, stamp: '' }] : []
