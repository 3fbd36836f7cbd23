import { randomUUID } from 'node:crypto'
import { sql, type Kysely } from 'kysely'

/** One row: who this database is. */
interface DatabaseIdentityTable {
  id: string
}

/** One row, once it is known: in which store the bytes are that rows refer to. */
interface AttachmentStoreTable {
  /** The store's mark. */
  id: string
}

/** A deletion that is promised, and not complete. */
interface DeletionsTable {
  tenant_id: string
  id: string
  /** Of the session: its agent's memory goes, too. */
  agent_session_id: string | null
}

export interface BoundTables {
  database_identity: DatabaseIdentityTable
  attachment_store: AttachmentStoreTable
  deletions: DeletionsTable
}

/** Who this database is: a store of bytes belongs to one database. It goes with the rows. */
export async function databaseIdentity(db: Kysely<unknown>) {
  await db.schema.createTable('database_identity').ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .execute()
  await sql`insert into database_identity (id) select cast(${randomUUID()} as text) where not exists (select 1 from database_identity)`.execute(db)
}

/** In which store the bytes are: servers that see different ones must not use the database together. */
export async function attachmentStore(db: Kysely<unknown>) {
  await db.schema.createTable('attachment_store').ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .execute()
}

/** Deletions that are promised and not complete, with what is needed to complete them. */
export async function deletions(db: Kysely<unknown>) {
  await db.schema.createTable('deletions').ifNotExists()
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('agent_session_id', 'text')
    .addPrimaryKeyConstraint('deletions_key', ['tenant_id', 'id'])
    .execute()
}

/** The answers to a message, without reading all that its session holds. */
export async function answersOfMessages(db: Kysely<unknown>) {
  await db.schema.createIndex('messages_reply_to').ifNotExists()
    .on('messages').column('reply_to').where(sql.ref('reply_to'), 'is not', null)
    .execute()
}

/** The sizes of a tenant's texts, without reading the texts. */
export async function sizesOfTexts(db: Kysely<unknown>) {
  await sql`create index if not exists messages_size on messages (tenant_id, octet_length(text))`.execute(db)
}
