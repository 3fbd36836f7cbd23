import { sql, type Generated, type Kysely } from 'kysely'

/** A tenant's number: what it has lies together in the index. */
interface SearchTenantsTable {
  number: Generated<number>
  tenant_id: string
}

/** A piece of text that is searched; its id is its row in the index, and its place in the order of hits. */
interface SearchDocumentsTable {
  id: number
  kind: 'title' | 'message' | 'filename' | 'file'
  /** Of the session, the message or the attachment. */
  source_id: string
  /** Of a long text: where in it this piece begins, in UTF-16 units. */
  start: number
  /** Of a file only; the others are read where they stand. */
  text: string | null
}

/** What changed since it was last indexed. */
interface SearchQueueTable {
  kind: 'session' | 'message' | 'attachment'
  tenant_id: string
  id: string
  /** Counts the changes: what changes again while it is being indexed stays. */
  version: number
  tries: number
  /** After a failure: not before. */
  retry_at: string | null
}

/** What was there before there was an index is added to it from its newest end. */
interface SearchFillTable {
  kind: 'session' | 'message' | 'attachment'
  /** Rows under this rowid are not added yet. */
  below: number
}

export interface SearchTables {
  search_tenants: SearchTenantsTable
  search_documents: SearchDocumentsTable
  search_queue: SearchQueueTable
  search_fill: SearchFillTable
}

/** Ids of one tenant's documents; a product of two numbers that stays exact in JavaScript. */
export const TENANT_IDS = 2 ** 33

const enqueue = (kind: string, row: string, id: string, tenant = `${row}.tenant_id`) => `
  insert into search_queue (kind, tenant_id, id, version, tries) values ('${kind}', ${tenant}, ${id}, 1, 0)
  on conflict (kind, tenant_id, id) do update set version = version + 1, tries = 0, retry_at = null;`

const ENDED = `('complete', 'failed', 'cancelled')`

/** Whoever writes a row, in whichever way: the database itself notes what has to be indexed, and forgets what goes. */
const TRIGGERS = {
  search_session_added: `after insert on sessions when new.title is not null begin ${enqueue('session', 'new', 'new.id')} end`,
  search_session_named: `after update of title on sessions when new.title is not old.title begin ${enqueue('session', 'new', 'new.id')} end`,
  search_session_gone: `after delete on sessions begin
    delete from search_documents where kind = 'title' and source_id = old.id
      and id / ${TENANT_IDS} = (select number from search_tenants where tenant_id = old.tenant_id); end`,
  search_message_added: `after insert on messages when new.text <> '' and (new.role = 'user' or new.status in ${ENDED}) begin ${enqueue('message', 'new', 'new.id')} end`,
  search_message_ended: `after update of status on messages when new.role = 'assistant' and new.status in ${ENDED} and old.status not in ${ENDED} begin ${enqueue('message', 'new', 'new.id')} end`,
  search_message_edited: `after update of text on messages when (new.role = 'user' or new.status in ${ENDED}) and new.text <> old.text begin ${enqueue('message', 'new', 'new.id')} end`,
  search_message_gone: `after delete on messages begin delete from search_documents where kind = 'message' and source_id = old.id; end`,
  search_attachment_added: `after insert on attachments begin ${enqueue('attachment', 'new', 'new.id')} end`,
  search_attachment_gone: `after delete on attachments begin delete from search_documents where kind in ('filename', 'file') and source_id = old.id; end`,
  search_document_gone: 'after delete on search_documents begin delete from search_index where rowid = old.id; end',
}

/** What is searched. What is there already is added to it afterwards, in steps: a large database starts as fast as ever. */
export async function search(db: Kysely<unknown>) {
  await db.schema.createTable('search_tenants').ifNotExists()
    .addColumn('number', 'integer', column => column.primaryKey().autoIncrement())
    .addColumn('tenant_id', 'text', column => column.notNull().unique())
    .execute()
  await db.schema.createTable('search_documents').ifNotExists()
    .addColumn('id', 'integer', column => column.primaryKey())
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('source_id', 'text', column => column.notNull())
    .addColumn('start', 'integer', column => column.notNull())
    .addColumn('text', 'text')
    .execute()
  await db.schema.createIndex('search_documents_source').ifNotExists().on('search_documents').columns(['source_id', 'kind']).execute()
  await db.schema.createTable('search_queue').ifNotExists()
    .addColumn('kind', 'text', column => column.notNull())
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('id', 'text', column => column.notNull())
    .addColumn('version', 'integer', column => column.notNull())
    .addColumn('tries', 'integer', column => column.notNull())
    .addColumn('retry_at', 'text')
    .addPrimaryKeyConstraint('search_queue_key', ['kind', 'tenant_id', 'id'])
    .execute()
  // Only which documents hold which three characters: where in them is looked up in the few that are found.
  await sql`create virtual table if not exists search_index using fts5(text, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1')`.execute(db)
  for (const [name, rule] of Object.entries(TRIGGERS))
    await sql`create trigger if not exists ${sql.raw(name)} ${sql.raw(rule)}`.execute(db)
  await db.schema.createTable('search_fill').ifNotExists()
    .addColumn('kind', 'text', column => column.primaryKey())
    .addColumn('below', 'integer', column => column.notNull())
    .execute()
  for (const kind of ['session', 'message', 'attachment'])
    await sql`insert into search_fill (kind, below) select ${kind}, coalesce(max(rowid), 0) + 1 from ${sql.table(`${kind}s`)} where true on conflict do nothing`.execute(db)
}
