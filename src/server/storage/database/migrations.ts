import { sql, type Kysely, type Migration } from 'kysely'
import { accounts, authors } from './tables/accountTables.ts'
import { captions, quota, receipts, sameBytes, seenImages } from './tables/attachmentTables.ts'
import { branches, editing, restoredFiles, steered } from './tables/branchColumns.ts'
import { answersOfMessages, attachmentStore, databaseIdentity, deletions, sizesOfTexts } from './tables/boundTables.ts'
import { conversations } from './tables/conversationTables.ts'
import { deletedSessions, eventSequences, removedKeys } from './tables/followedTables.ts'
import { hasColumn } from './dialects/hasColumn.ts'
import { machines, serverSecrets } from './tables/machineTables.ts'
import { sessionMarks } from './tables/markTables.ts'
import { memory } from './tables/memoryTables.ts'
import { parts } from './tables/partTables.ts'
import { modelsAndUsage } from './tables/usageColumns.ts'
import { search } from './tables/searchTables.ts'
import { sharedLinks } from './tables/sharedLinkTables.ts'
import { uploads } from './tables/uploadTables.ts'
import { workspaceFiles, workspaceHomes, workspaceRemovals } from './tables/workspaceTables.ts'

/**
 * Each step runs once, in order, for every database that is behind it. Append; never edit.
 * All that are due are one transaction. `ifNotExists`: they were not always, so a database may hold half of a step.
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
  '075_steered': { up: steered },
  '076_receipts': { up: receipts },
  '090_models_and_usage': { up: modelsAndUsage },
  '100_search': { up: search },
  '101_session_marks': { up: sessionMarks },
  '102_restored_files': { up: restoredFiles },
  '103_shared_links': { up: sharedLinks },
  '104_workspace_removals': { up: workspaceRemovals },
  '105_captions': { up: captions },
  '106_machines': { up: machines },
  '107_server_secrets': { up: serverSecrets },
  '108_unfinished_messages': { up: unfinishedMessages },
  '109_workspace_homes': { up: workspaceHomes },
  '110_attachment_store': { up: attachmentStore },
  '111_editing': { up: editing },
  '112_removed_keys': { up: removedKeys },
}

/** The index of what a restart looks for had a name that nothing else has. */
async function unfinishedMessages(db: Kysely<unknown>) {
  await db.schema.dropIndex('messages_unsettled').ifExists().execute()
  await db.schema.createIndex('messages_unfinished').ifNotExists()
    .on('messages').column('status')
    .where(sql.ref('status'), 'in', sql`('accepted', 'running')`)
    .execute()
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
