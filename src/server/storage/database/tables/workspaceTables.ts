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

/** A file that was gone from the workspace at the end of the turn that made this message. */
interface WorkspaceRemovalsTable {
  message_id: string
  /** As attachments name it. */
  path: string
}

/** Where a session's workspace is as it is recorded: elsewhere it may be older. */
interface WorkspaceHomesTable {
  tenant_id: string
  session_id: string
  /** Which data folder had the session's last turn. */
  data_folder: string
}

export interface WorkspaceTables {
  workspace_files: WorkspaceFilesTable
  workspace_removals: WorkspaceRemovalsTable
  workspace_homes: WorkspaceHomesTable
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

/** What agents removed, from now on: of earlier turns nobody knows it. */
export async function workspaceRemovals(db: Kysely<unknown>) {
  await db.schema.createTable('workspace_removals').ifNotExists()
    .addColumn('message_id', 'text', column => column.notNull().references('messages.id').onDelete('cascade'))
    .addColumn('path', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('workspace_removals_key', ['message_id', 'path'])
    .execute()
}

/** Of sessions from before nobody knows where they were: they are taken to be where they are asked for. */
export async function workspaceHomes(db: Kysely<unknown>) {
  await db.schema.createTable('workspace_homes').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('data_folder', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('workspace_homes_key', ['tenant_id', 'session_id'])
    .addForeignKeyConstraint('workspace_homes_session', ['tenant_id', 'session_id'], 'sessions', ['tenant_id', 'id'],
      constraint => constraint.onDelete('cascade'))
    .execute()
}
