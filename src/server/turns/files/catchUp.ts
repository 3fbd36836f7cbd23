import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Database } from '../../storage/database/database.ts'
import { noteHome, readHome } from '../../storage/workspace/workspaceHome.ts'
import { readWorkspaceRecord, type RecordedFile } from '../../storage/workspace/workspaceRecord.ts'
import { walkWorkspace } from '../../storage/workspace/walk.ts'
import { isAsRecorded, removeIfThere } from './takeAway.ts'

/**
 * Where another server had the session's last turn, the folder here is as that one found it: what it changed or
 * removed since is taken away, so that what is recorded can be put back. What is recorded without its bytes stays, and
 * so does what tools keep in folders of their own. If the server ends in between, it is begun again.
 * @param home of the folder
 */
export async function catchUp(database: Database, session: SessionKey, folder: string, home: string): Promise<void> {
  const last = await readHome(database, session)
  if (last === home)
    return
  if (last !== undefined)
    await takeStaleAway(folder, await readWorkspaceRecord(database, session))
  await noteHome(database, session, home)
}

async function takeStaleAway(folder: string, record: ReadonlyMap<string, RecordedFile>) {
  for (const { path } of (await walkWorkspace(folder)).files) {
    const recorded = record.get(path)
    if (recorded?.sha256 === null || await isAsRecorded(folder, path, recorded))
      continue
    await removeIfThere(folder, path) // also what is recorded no more: it was removed
  }
}
