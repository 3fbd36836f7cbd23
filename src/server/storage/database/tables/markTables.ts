import type { Kysely } from 'kysely'
import { createTrigger } from '../dialects/triggers.ts'

/** What one person made of a session; the others of the tenant see nothing of it. */
interface SessionMarksTable {
  tenant_id: string
  user_id: string
  session_id: string
  /** 0 or 1 each. */
  pinned: number
  archived: number
  /** What the person has seen: everything up to this sequence. */
  seen_sequence: number
}

export interface MarkTables { session_marks: SessionMarksTable }

/** Whoever has written in a session, or marked it, is told of answers that they have not seen. Sessions of before have no marks. */
export async function sessionMarks(db: Kysely<unknown>) {
  await db.schema.createTable('session_marks').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('user_id', 'text', column => column.notNull())
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('pinned', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('archived', 'integer', column => column.notNull().defaultTo(0))
    .addColumn('seen_sequence', 'integer', column => column.notNull().defaultTo(0))
    .addPrimaryKeyConstraint('session_marks_key', ['tenant_id', 'user_id', 'session_id'])
    .addForeignKeyConstraint('session_marks_session', ['tenant_id', 'session_id'], 'sessions', ['tenant_id', 'id'], constraint => constraint.onDelete('cascade'))
    .execute()
  await db.schema.createIndex('session_marks_session').ifNotExists().on('session_marks').columns(['tenant_id', 'session_id']).execute()
  await createTrigger(db, 'session_marks_of_sender', {
    after: 'insert on messages',
    when: `new.role = 'user' and new.user_id is not null`,
    run: `insert into session_marks (tenant_id, user_id, session_id, seen_sequence) values (new.tenant_id, new.user_id, new.session_id, new.sequence)
      on conflict (tenant_id, user_id, session_id) do update
      set seen_sequence = case when session_marks.seen_sequence > new.sequence then session_marks.seen_sequence else new.sequence end;`,
  })
}
