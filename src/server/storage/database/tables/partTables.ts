import type { Kysely } from 'kysely'

/** A part of an agent's message; the primary key is both ids. */
interface PartsTable {
  message_id: string
  id: string
  /** Its place in the message, from 0. */
  ordinal: number
  type: string
  /** JSON: the part as it crosses the wire; of a text only how many characters of the message's text are its own. */
  body: string
}

export interface PartTables {
  parts: PartsTable
}

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
