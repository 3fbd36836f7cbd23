import type { Kysely } from 'kysely'

/** What agents keep of their conversations, to go on with them. All of it goes with its session. */
export async function memory(db: Kysely<unknown>) {
  await db.schema.createTable('transcript_entries').ifNotExists()
    .addColumn('position', 'integer', column => column.primaryKey().autoIncrement())
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
