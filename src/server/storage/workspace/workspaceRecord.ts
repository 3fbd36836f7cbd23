import { plainLine } from '../../../shared/plainText.ts'
import { wellFormed } from '../../../shared/wellFormed.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Database, DatabaseTransaction, WorkspaceFileRow } from '../database/database.ts'

/** A file of the workspace as it is recorded. `sha256` is null where its bytes are not stored. */
export type RecordedFile = Omit<WorkspaceFileRow, 'tenant_id' | 'session_id'>

/** Permissions of a file in a workspace of which nothing else is known. */
export const FILE_MODE = 0o600

/** Rows of one statement: seven parameters each, and SQLite takes 32,766. */
const ROWS_AT_ONCE = 500

/** Characters of a path as it is shown. */
const PATH_CHARS = 1000

/** A path as attachments name it. */
export const shownPath = (path: string): string => plainLine(wellFormed(path), PATH_CHARS)

/** By path. */
export async function readWorkspaceRecord(database: Database, { tenant, id }: SessionKey): Promise<Map<string, RecordedFile>> {
  const rows = await database.selectFrom('workspace_files').select(['path', 'size', 'sha256', 'mode', 'stamp'])
    .where('tenant_id', '=', tenant).where('session_id', '=', id)
    .execute()
  return new Map(rows.map(row => [row.path, row]))
}

export async function isRecorded(database: Database | DatabaseTransaction, { tenant, id }: SessionKey, path: string): Promise<boolean> {
  const row = await database.selectFrom('workspace_files').select('path')
    .where('tenant_id', '=', tenant).where('session_id', '=', id).where('path', '=', path)
    .executeTakeFirst()
  return row !== undefined
}

/** Adds the files, or replaces what was recorded of their paths. */
export async function recordFiles(database: Database | DatabaseTransaction, { tenant, id }: SessionKey, files: readonly RecordedFile[]) {
  for (let start = 0; start < files.length; start += ROWS_AT_ONCE) {
    await database.insertInto('workspace_files')
      .values(files.slice(start, start + ROWS_AT_ONCE).map(file => ({ tenant_id: tenant, session_id: id, ...file })))
      .onConflict(conflict => conflict.columns(['tenant_id', 'session_id', 'path']).doUpdateSet(({ ref }) => ({
        size: ref('excluded.size'), sha256: ref('excluded.sha256'), mode: ref('excluded.mode'), stamp: ref('excluded.stamp'),
      })))
      .execute()
  }
}

/** What is not in the workspace any more is not put back. */
export async function forgetFiles(database: Database | DatabaseTransaction, { tenant, id }: SessionKey, paths: readonly string[]) {
  for (let start = 0; start < paths.length; start += ROWS_AT_ONCE) {
    await database.deleteFrom('workspace_files')
      .where('tenant_id', '=', tenant).where('session_id', '=', id).where('path', 'in', paths.slice(start, start + ROWS_AT_ONCE))
      .execute()
  }
}

/** They are not in the workspace any more since this message's turn, which a version that begins after it goes by. */
export function noteRemovals(database: Database, session: SessionKey, messageId: string, paths: readonly string[]): Promise<void> {
  return database.transaction().execute(async (trx) => {
    await forgetFiles(trx, session, paths)
    for (let start = 0; start < paths.length; start += ROWS_AT_ONCE) {
      await trx.insertInto('workspace_removals')
        .values(paths.slice(start, start + ROWS_AT_ONCE).map(path => ({ message_id: messageId, path: shownPath(path) })))
        .onConflict(conflict => conflict.doNothing())
        .execute()
    }
  })
}

/** Where the bytes of recorded files are, by SHA-256; those whose attachment was deleted have none. */
export async function findStoredBytes(database: Database, { tenant, id }: SessionKey, sha256s: readonly string[]): Promise<Map<string, string>> {
  const places = new Map<string, string>()
  for (let start = 0; start < sha256s.length; start += ROWS_AT_ONCE) {
    const rows = await database.selectFrom('attachments').select(['sha256', 'storage_path'])
      .where('tenant_id', '=', tenant).where('session_id', '=', id).where('sha256', 'in', sha256s.slice(start, start + ROWS_AT_ONCE))
      .execute()
    rows.forEach(row => places.set(row.sha256, row.storage_path))
  }
  return places
}
