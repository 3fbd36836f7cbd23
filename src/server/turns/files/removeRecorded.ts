import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Database } from '../../storage/database/database.ts'
import { findStoredBytes, forgetFiles, readWorkspaceRecord } from '../../storage/workspace/workspaceRecord.ts'
import { takeAway } from './takeAway.ts'

/** Takes files out of the workspace whose attachments are deleted: those that nobody changed since, and that no other message has. */
export async function removeRecorded(database: Database, session: SessionKey, folder: string, files: readonly { path: string | null, sha256: string }[]): Promise<void> {
  const record = await readWorkspaceRecord(database, session)
  const elsewhere = await findStoredBytes(database, session, files.map(({ sha256 }) => sha256))
  const gone: string[] = []
  for (const { path, sha256 } of files) {
    if (path !== null && record.get(path)?.sha256 === sha256 && !elsewhere.has(sha256) && await takeAway(folder, path, record.get(path)))
      gone.push(path)
  }
  await forgetFiles(database, session, gone)
}
