import type { Kysely } from 'kysely'

/** What agents' messages are made of. Messages from before have none, and are shown by their text. */
export async function parts(db: Kysely<unknown>) {
  await db.schema.createTable('parts').ifNotExists()
    .addColumn('message_id', 'text', column => column.notNull().references('messages.id').onDelete('cascade'))
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('ordinal', 'integer', column => column.notNull())
    .addColumn('type', 'text', column => column.notNull())
    .addColumn('body', 'text', column => column.notNull())
    .addPrimaryKeyConstraint('parts_key', ['message_id', 'id'])
    .execute()
}
