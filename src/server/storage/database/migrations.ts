import { sql, type Kysely, type Migration } from 'kysely'
import { answersOfMessages, databaseIdentity, deletions, sizesOfTexts } from './boundTables.ts'
import { branches } from './branchColumns.ts'
import { conversations } from './conversationTables.ts'
import { hasColumn } from './hasColumn.ts'
import { memory } from './memoryTables.ts'
import { parts } from './partTables.ts'
import { workspaceFiles } from './workspaceTables.ts'

/**
 * Each step runs once, in order, for every database that is behind it. Append; never edit.
 * `ifNotExists`: SQLite does not undo a step that a crash cut short, so a step must be able to run again.
 */
export const migrations: Record<string, Migration> = {
  '001_conversations': { up: conversations },
  '002_media_count': { up: mediaCount },
  '010_accounts': { up: accounts },
  '011_uploads': { up: uploads },
  '012_quota': { up: quota },
  '020_same_bytes': { up: sameBytes },
  '030_deleted_sessions': { up: deletedSessions },
  '031_event_sequences': { up: eventSequences },
  '032_authors': { up: authors },
  '040_parts': { up: parts },
  '050_seen_images': { up: seenImages },
  '051_memory': { up: memory },
  '060_workspace_files': { up: workspaceFiles },
  '070_database_identity': { up: databaseIdentity },
  '071_deletions': { up: deletions },
  '072_answers_of_messages': { up: answersOfMessages },
  '073_sizes_of_texts': { up: sizesOfTexts },
  '074_branches': { up: branches },
}

async function mediaCount(db: Kysely<unknown>) {
  if (!await hasColumn(db, 'sessions', 'media_count')) {
    await db.schema.alterTable('sessions')
      .addColumn('media_count', 'integer', column => column.notNull().defaultTo(0))
      .execute()
  }
  // The pages of earlier PDFs were not counted. What failed was never part of a conversation.
  await sql`
    update sessions set media_count = (
      select coalesce(sum(case when a.mime_type = 'application/pdf' then coalesce(a.pages, 1) else 1 end), 0)
      from attachments a join messages m on m.id = a.message_id
      where a.tenant_id = sessions.tenant_id and a.session_id = sessions.id and a.mime_type <> 'text/plain' and m.status <> 'failed'
    )
  `.execute(db)
}

async function accounts(db: Kysely<unknown>) {
  if (!await hasColumn(db, 'messages', 'user_id'))
    await db.schema.alterTable('messages').addColumn('user_id', 'text').execute()
  await db.schema.createTable('sign_ins').ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('key_sha256', 'text', column => column.notNull())
    .addColumn('created_at', 'text', column => column.notNull())
    .addColumn('expires_at', 'text', column => column.notNull())
    .execute()
}

async function uploads(db: Kysely<unknown>) {
  await db.schema.createTable('uploads').ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('user_id', 'text', column => column.notNull())
    .addColumn('filename', 'text', column => column.notNull())
    .addColumn('mime_type', 'text', column => column.notNull())
    .addColumn('size', 'integer', column => column.notNull())
    .addColumn('sha256', 'text', column => column.notNull())
    .addColumn('storage_path', 'text', column => column.notNull())
    .addColumn('created_at', 'text', column => column.notNull())
    .addColumn('expires_at', 'text', column => column.notNull())
    .addColumn('attachment_id', 'text', column => column.references('attachments.id').onDelete('cascade'))
    .execute()
  // What a message did not claim in time; and whose bytes these are.
  await db.schema.createIndex('uploads_unclaimed').ifNotExists()
    .on('uploads').column('expires_at').where(sql.ref('attachment_id'), 'is', null)
    .execute()
  await db.schema.createIndex('uploads_storage').ifNotExists()
    .on('uploads').column('storage_path')
    .execute()
  await db.schema.createIndex('uploads_of_attachment').ifNotExists()
    .on('uploads').column('attachment_id')
    .execute()
}

/** All sizes of a tenant, without reading its rows. */
async function quota(db: Kysely<unknown>) {
  for (const table of ['attachments', 'uploads'])
    await db.schema.createIndex(`${table}_size`).ifNotExists().on(table).columns(['tenant_id', 'size']).execute()
}

/** Whether the tenant has the same bytes already. */
async function sameBytes(db: Kysely<unknown>) {
  for (const table of ['attachments', 'uploads'])
    await db.schema.createIndex(`${table}_bytes`).ifNotExists().on(table).columns(['tenant_id', 'sha256']).execute()
}

/** Ids that are not used again: a message that waited elsewhere would make its deleted session anew. */
async function deletedSessions(db: Kysely<unknown>) {
  await db.schema.createTable('deleted_sessions').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('deleted_at', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('deleted_sessions_key', ['tenant_id', 'id'])
    .execute()
}

/** Up to which id a session's events may have been told. Without a reference: ids are reserved before a message makes the session. */
async function eventSequences(db: Kysely<unknown>) {
  await db.schema.createTable('event_sequences').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('reserved_event_id', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('event_sequences_key', ['tenant_id', 'session_id'])
    .execute()
}

/** Who wrote the messages of before is not told of them. */
async function authors(db: Kysely<unknown>) {
  for (const column of ['author_id', 'author_name']) {
    if (!await hasColumn(db, 'messages', column))
      await db.schema.alterTable('messages').addColumn(column, 'text').execute()
  }
}

/** How the images of before are seen is looked at when it is asked for. */
async function seenImages(db: Kysely<unknown>) {
  for (const column of ['animated', 'hides_still', 'sideways']) {
    if (!await hasColumn(db, 'attachments', column))
      await db.schema.alterTable('attachments').addColumn(column, 'integer').execute()
  }
}
