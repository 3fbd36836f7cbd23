import { sql, type Kysely } from 'kysely'
import { hasColumn } from '../dialects/hasColumn.ts'

/** A file of a session's workspace as it was last seen there. */
interface WorkspaceFilesTable {
  tenant_id: string
  session_id: string
  /** Relative to the workspace, with `/`. */
  path: string
  size: number
  /** Null for what was left out: it is not stored, and cannot be put back. */
  sha256: string | null
  /** Its permissions. */
  mode: number
  /** Changes with the file on this disk; empty where that is not known. */
  stamp: string
}

export interface WorkspaceTables {
  workspace_files: WorkspaceFilesTable
}

/** What lies in the agents' folders, and which attachments came from there. The copies of what people attached are known already. */
export async function workspaceFiles(db: Kysely<unknown>) {
  if (!await hasColumn(db, 'attachments', 'origin'))
    await db.schema.alterTable('attachments').addColumn('origin', 'text', column => column.notNull().defaultTo('person')).execute()
  if (!await hasColumn(db, 'attachments', 'path'))
    await db.schema.alterTable('attachments').addColumn('path', 'text').execute()
  await db.schema.createTable('workspace_files').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('path', 'text', column => column.notNull())
    .addColumn('size', 'bigint', column => column.notNull())
    .addColumn('sha256', 'text')
    .addColumn('mode', 'integer', column => column.notNull())
    .addColumn('stamp', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('workspace_files_key', ['tenant_id', 'session_id', 'path'])
    .addForeignKeyConstraint('workspace_files_session', ['tenant_id', 'session_id'], 'sessions', ['tenant_id', 'id'],
      constraint => constraint.onDelete('cascade'))
    .execute()
  await sql`
    insert into workspace_files (tenant_id, session_id, path, size, sha256, mode, stamp)
    select tenant_id, session_id, workspace_path, max(size), max(sha256), 384, '' from attachments
    where workspace_path is not null group by tenant_id, session_id, workspace_path
    on conflict do nothing
  `.execute(db)
}
