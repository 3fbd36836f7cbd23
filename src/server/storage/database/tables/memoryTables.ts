import type { Generated, Kysely } from 'kysely'
import { countingKey } from '../dialects/columns.ts'

/** A line of an agent's own record of a conversation. */
interface TranscriptEntriesTable {
  /** Its place: entries are read in this order. */
  position: Generated<number>
  tenant_id: string
  session_id: string
  /** The agent's own name of the record. */
  agent_session_id: string
  /** Of a record below it; empty for the conversation's own. */
  subpath: string
  uuid: string | null
  /** JSON, with empty texts where `blobs` says. */
  body: string
  /** JSON: where in the body which bytes belong, as base64. Null where it is whole. */
  blobs: string | null
}

/** Bytes that a session's transcript entries name by their SHA-256. */
interface TranscriptBlobsTable {
  tenant_id: string
  session_id: string
  sha256: string
  storage_path: string
}

/** What is needed to go on in the middle of the turn that makes this message. */
interface TurnTokensTable {
  message_id: string
  token: string
}

/** What a person allowed for the rest of a session, in the agent's words. */
interface AllowedRulesTable {
  tenant_id: string
  session_id: string
  rule: string
}

export interface MemoryTables {
  transcript_entries: TranscriptEntriesTable
  transcript_blobs: TranscriptBlobsTable
  turn_tokens: TurnTokensTable
  allowed_rules: AllowedRulesTable
}

/** What agents keep of their conversations, to go on with them. All of it goes with its session. */
export async function memory(db: Kysely<unknown>) {
  await db.schema.createTable('transcript_entries').ifNotExists()
    .addColumn('position', ...countingKey(db))
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('agent_session_id', 'text', column => column.notNull())
    .addColumn('subpath', 'text', column => column.notNull())
    .addColumn('uuid', 'text')
    .addColumn('body', 'text', column => column.notNull())
    .addColumn('blobs', 'text')
    .addForeignKeyConstraint('transcript_entries_session', ['tenant_id', 'session_id'], 'sessions', ['tenant_id', 'id'],
      constraint => constraint.onDelete('cascade'))
    .execute()
  // Entries without a uuid are never the same as another.
  await db.schema.createIndex('transcript_entries_uuid').ifNotExists().unique()
    .on('transcript_entries').columns(['tenant_id', 'session_id', 'agent_session_id', 'subpath', 'uuid'])
    .execute()

  await db.schema.createTable('transcript_blobs').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('sha256', 'text', column => column.notNull())
    .addColumn('storage_path', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('transcript_blobs_key', ['tenant_id', 'session_id', 'sha256'])
    .addForeignKeyConstraint('transcript_blobs_session', ['tenant_id', 'session_id'], 'sessions', ['tenant_id', 'id'],
      constraint => constraint.onDelete('cascade'))
    .execute()
  await db.schema.createIndex('transcript_blobs_storage').ifNotExists().on('transcript_blobs').column('storage_path').execute()
  await db.schema.createIndex('transcript_blobs_bytes').ifNotExists().on('transcript_blobs').columns(['tenant_id', 'sha256']).execute()

  await db.schema.createTable('turn_tokens').ifNotExists()
    .addColumn('message_id', 'text', column => column.primaryKey().references('messages.id').onDelete('cascade'))
    .addColumn('token', 'text', column => column.notNull())
    .execute()

  await db.schema.createTable('allowed_rules').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('rule', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('allowed_rules_key', ['tenant_id', 'session_id', 'rule'])
    .addForeignKeyConstraint('allowed_rules_session', ['tenant_id', 'session_id'], 'sessions', ['tenant_id', 'id'],
      constraint => constraint.onDelete('cascade'))
    .execute()
}
