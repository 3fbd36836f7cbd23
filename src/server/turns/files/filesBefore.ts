import { sql } from 'kysely'
import type { Database, MessageRow } from '../../storage/database/database.ts'

export interface KeptFile { path: string, sha256: string, size: number }

type Change = Pick<KeptFile, 'path'> & { sha256: string | null, size: number }

/** By path: the files of the workspace as the newest message before the asked one of its version left them. */
export async function filesBefore(database: Database, { tenant_id, session_id, parent_id }: MessageRow): Promise<Map<string, KeptFile>> {
  // What was added to a turn was there before the turn ended; what the agent removed in it, it removed at last.
  const { rows } = await sql<Change>`
    with recursive before(id) as (
      select cast(${parent_id} as text) union all select m.parent_id from messages m join before on m.id = before.id where m.parent_id is not null
    ),
    told as (
      select m.id as id, coalesce(answer.sequence, m.sequence) as sequence from messages m left join messages answer on answer.id = m.steered_into
      where m.tenant_id = ${tenant_id} and m.session_id = ${session_id} and coalesce(m.reply_to, m.id) in (select id from before where id is not null)
    )
    select coalesce(a.path, a.workspace_path) as path, a.sha256 as sha256, a.size as size,
      told.sequence as sequence, case a.origin when 'agent' then 1 else 0 end as step, a.ordinal as ordinal
    from attachments a join told on told.id = a.message_id
    where coalesce(a.path, a.workspace_path) is not null
    union all
    select r.path, null, 0, told.sequence, 2, 0 from workspace_removals r join told on told.id = r.message_id
    order by sequence, step, ordinal
  `.execute(database)
  const files = new Map<string, KeptFile>()
  for (const { path, sha256, size } of rows) {
    if (sha256 === null)
      files.delete(path)
    else
      files.set(path, { path, sha256, size: Number(size) })
  }
  return files
}
