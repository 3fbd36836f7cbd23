import { sql, type Kysely } from 'kysely'
import { hasColumn } from '../dialects/hasColumn.ts'

/** Messages that are added to a turn which runs. */
export async function steered(db: Kysely<unknown>) {
  if (!await hasColumn(db, 'messages', 'steered_into'))
    await db.schema.alterTable('messages').addColumn('steered_into', 'text').execute()
  await db.schema.createIndex('messages_steered').ifNotExists()
    .on('messages').column('steered_into').where(sql.ref('steered_into'), 'is not', null)
    .execute()
}

/** Versions of a conversation. A session of before has one, and can be gone on with from its end. */
export async function branches(db: Kysely<unknown>) {
  if (!await hasColumn(db, 'sessions', 'branched'))
    await db.schema.alterTable('sessions').addColumn('branched', 'integer', column => column.notNull().defaultTo(0)).execute()
  if (!await hasColumn(db, 'sessions', 'head_id'))
    await db.schema.alterTable('sessions').addColumn('head_id', 'text').execute()
  if (!await hasColumn(db, 'messages', 'off_branch'))
    await db.schema.alterTable('messages').addColumn('off_branch', 'integer', column => column.notNull().defaultTo(0)).execute()
  for (const column of ['parent_id', 'agent_token']) {
    if (!await hasColumn(db, 'messages', column))
      await db.schema.alterTable('messages').addColumn(column, 'text').execute()
  }
  await sql`
    update messages set agent_token = (select agent_session_id from sessions s where s.tenant_id = messages.tenant_id and s.id = messages.session_id)
    where role = 'assistant' and sequence = (
      select max(m.sequence) from messages m
      where m.tenant_id = messages.tenant_id and m.session_id = messages.session_id and m.role = 'assistant' and m.status in ('complete', 'cancelled'))
  `.execute(db)
}

/** Versions that begin with the files as they were. */
export async function restoredFiles(db: Kysely<unknown>) {
  if (!await hasColumn(db, 'messages', 'restores_files'))
    await db.schema.alterTable('messages').addColumn('restores_files', 'integer', column => column.notNull().defaultTo(0)).execute()
}

/** Who edits a message that waits, and until when the agent does not begin with it. */
export async function editing(db: Kysely<unknown>) {
  if (!await hasColumn(db, 'messages', 'editing'))
    await db.schema.alterTable('messages').addColumn('editing', 'text').execute()
}
