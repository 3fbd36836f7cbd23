import { sql, type Generated, type Kysely } from 'kysely'
import { countingKey } from '../dialects/columns.ts'
import { isPostgres } from '../dialects/isPostgres.ts'
import { createTrigger, type Trigger } from '../dialects/triggers.ts'

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

const enqueue = (kind: string) => `
  insert into search_queue (kind, tenant_id, id, version, tries) values ('${kind}', new.tenant_id, new.id, 1, 0)
  on conflict (kind, tenant_id, id) do update set version = search_queue.version + 1, tries = 0, retry_at = null;`

const ENDED = `('complete', 'failed', 'cancelled')`
const IS_WHOLE = `(new.role = 'user' or new.status in ${ENDED})`

/** Whoever writes a row, in whichever way: the database itself notes what has to be indexed, and forgets what goes. */
const TRIGGERS: Record<string, Trigger> = {
  search_session_added: { after: 'insert on sessions', when: 'new.title is not null', run: enqueue('session') },
  search_session_named: { after: 'update of title on sessions', when: 'new.title is distinct from old.title', run: enqueue('session') },
  search_session_gone: { after: 'delete on sessions', run: `
    delete from search_documents where kind = 'title' and source_id = old.id
      and id / ${TENANT_IDS} = (select number from search_tenants where tenant_id = old.tenant_id);` },
  search_message_added: { after: 'insert on messages', when: `new.text <> '' and ${IS_WHOLE}`, run: enqueue('message') },
  search_message_ended: { after: 'update of status on messages', when: `new.role = 'assistant' and new.status in ${ENDED} and old.status not in ${ENDED}`, run: enqueue('message') },
  search_message_edited: { after: 'update of text on messages', when: `${IS_WHOLE} and new.text <> old.text`, run: enqueue('message') },
  search_message_gone: { after: 'delete on messages', run: `delete from search_documents where kind = 'message' and source_id = old.id;` },
  search_attachment_added: { after: 'insert on attachments', run: enqueue('attachment') },
  search_attachment_gone: { after: 'delete on attachments', run: `delete from search_documents where kind in ('filename', 'file') and source_id = old.id;` },
  search_document_gone: { after: 'delete on search_documents', run: 'delete from search_index where rowid = old.id;' },
}

/** What is searched. What is there already is added to it afterwards, in steps: a large database starts as fast as ever. */
export async function search(db: Kysely<unknown>) {
  await db.schema.createTable('search_tenants').ifNotExists()
    .addColumn('number', ...countingKey(db))
    .addColumn('tenant_id', 'text', column => column.notNull().unique())
    .execute()
  await db.schema.createTable('search_documents').ifNotExists()
    .addColumn('id', isPostgres(db) ? 'bigint' : 'integer', column => column.primaryKey()) // in SQLite by this name the row's own number
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
  await (isPostgres(db) ? postgresIndex : sqliteIndex)(db)
  for (const [name, trigger] of Object.entries(TRIGGERS))
    await createTrigger(db, name, trigger)
  await db.schema.createTable('search_fill').ifNotExists()
    .addColumn('kind', 'text', column => column.primaryKey())
    .addColumn('below', 'integer', column => column.notNull())
    .execute()
  if (!isPostgres(db)) // where rows were there before
    for (const kind of ['session', 'message', 'attachment'])
      await sql`insert into search_fill (kind, below) select ${kind}, coalesce(max(rowid), 0) + 1 from ${sql.table(`${kind}s`)} where true on conflict do nothing`.execute(db)
}

/** Only which documents hold which three characters: where in them is looked up in the few that are found. */
async function sqliteIndex(db: Kysely<unknown>) {
  await sql`create virtual table if not exists search_index using fts5(text, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1')`.execute(db)
}

/** Its trigrams are those of letters and digits: what is shorter, or holds none, is looked for in the texts themselves. */
async function postgresIndex(db: Kysely<unknown>) {
  await sql`create extension if not exists pg_trgm`.execute(db)
  await sql`create table if not exists search_index (rowid bigint primary key, text text not null)`.execute(db)
  await sql`create index if not exists search_index_trigrams on search_index using gin (text gin_trgm_ops)`.execute(db)
}
