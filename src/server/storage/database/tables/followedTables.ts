import type { Kysely } from 'kysely'

/** A session that was deleted, of which nothing else is left. */
interface DeletedSessionsTable {
  tenant_id: string
  id: string
  deleted_at: string
}

/** A key under which a message came that was removed. */
interface RemovedKeysTable {
  tenant_id: string
  session_id: string
  client_message_id: string
  removed_at: string
}

/** The ids of a session's events. */
interface EventSequencesTable {
  tenant_id: string
  session_id: string
  /** Higher than any id that was given. */
  reserved_event_id: number
}

export interface FollowedTables {
  deleted_sessions: DeletedSessionsTable
  event_sequences: EventSequencesTable
  removed_keys: RemovedKeysTable
}

/** Ids that are not used again: a message that waited elsewhere would make its deleted session anew. */
export async function deletedSessions(db: Kysely<unknown>) {
  await db.schema.createTable('deleted_sessions').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('deleted_at', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('deleted_sessions_key', ['tenant_id', 'id'])
    .execute()
}

/** Up to which id a session's events may have been told. Without a reference: ids are reserved before a message makes the session. */
export async function eventSequences(db: Kysely<unknown>) {
  await db.schema.createTable('event_sequences').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('reserved_event_id', 'bigint', column => column.notNull())
    .addPrimaryKeyConstraint('event_sequences_key', ['tenant_id', 'session_id'])
    .execute()
}

/** What was cancelled, replaced or deleted is not begun anew by whoever sends it again. */
export async function removedKeys(db: Kysely<unknown>) {
  await db.schema.createTable('removed_keys').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('client_message_id', 'text', column => column.notNull())
    .addColumn('removed_at', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('removed_keys_key', ['tenant_id', 'session_id', 'client_message_id'])
    .addForeignKeyConstraint('removed_keys_session', ['tenant_id', 'session_id'], 'sessions', ['tenant_id', 'id'], constraint => constraint.onDelete('cascade'))
    .execute()
}
