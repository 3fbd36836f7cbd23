import { sql } from 'kysely'
import type { FastifyBaseLogger } from 'fastify'
import { sessionOf } from '../../storage/rows/messageInsert.ts'
import type { BlobStore } from '../../storage/blobs/blobStore.ts'
import type { Database, MessageRow } from '../../storage/database/database.ts'
import { forgetFiles, readWorkspaceRecord, recordFiles } from '../../storage/workspace/workspaceRecord.ts'
import { removeWorkspaceFile, writeWorkspaceFile } from '../../storage/workspace/workspaceFiles.ts'

interface RewindDeps { database: Database, blobs: BlobStore, log: FastifyBaseLogger }

interface KeptFile { path: string, sha256: string, storagePath: string }

const MODE = 0o600

/**
 * Puts the folder back as it was before a message: what came with the messages before it, and what the agent had made
 * of that. What came later is taken away; its bytes stay with its own messages. What was never stored is left alone.
 * Once more is fine. @returns whether anything was changed
 */
export async function rewindFiles({ database, blobs, log }: RewindDeps, asked: MessageRow, folder: string): Promise<boolean> {
  const session = sessionOf(asked)
  const before = await filesBefore(database, asked)
  const record = await readWorkspaceRecord(database, session)
  const gone = Array.from(record.values()).filter(({ path, sha256 }) => sha256 !== null && !before.has(path))
  for (const { path } of gone)
    await removeWorkspaceFile(folder, path).catch((error: unknown) => log.warn(error, 'a later file was not taken away'))
  await forgetFiles(database, session, gone.map(({ path }) => path))
  const others = Array.from(before.values()).filter(({ path, sha256 }) => record.get(path)?.sha256 !== sha256)
  for (const file of others)
    await putBack(file)
  await database.updateTable('messages').set({ restores_files: 0 }).where('id', '=', asked.id).execute()
  return gone.length + others.length > 0

  async function putBack({ path, sha256, storagePath }: KeptFile) {
    const mode = record.get(path)?.mode || MODE
    try {
      const bytes = await blobs.read(storagePath)
      await writeWorkspaceFile(folder, path, bytes, mode)
      await recordFiles(database, session, [{ path, size: bytes.length, sha256, mode, stamp: '' }])
    }
    catch (error) {
      log.warn(error, 'a file of a version was not put back')
    }
  }
}

/** By path, as the newest message before the asked one of its version left it. */
async function filesBefore(database: Database, { tenant_id, session_id, parent_id }: MessageRow): Promise<Map<string, KeptFile>> {
  const { rows } = await sql<KeptFile>`
    with recursive before(id) as (
      select cast(${parent_id} as text) union all select m.parent_id from messages m join before on m.id = before.id where m.parent_id is not null
    )
    select coalesce(a.path, a.workspace_path) as path, a.sha256 as sha256, a.storage_path as "storagePath"
    from attachments a join messages m on m.id = a.message_id
    where a.tenant_id = ${tenant_id} and a.session_id = ${session_id} and coalesce(m.reply_to, m.id) in (select id from before where id is not null)
      and coalesce(a.path, a.workspace_path) is not null
    order by m.sequence, a.ordinal
  `.execute(database)
  return new Map(rows.map(file => [file.path, file]))
}
