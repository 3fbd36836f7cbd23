import type { Kysely } from 'kysely'

/** A link for people outside. Its address is not kept: only whoever has it can show it. */
interface SharedLinksTable {
  id: string
  tenant_id: string
  session_id: string
  /** Hex, of the token in the address. */
  token_sha256: string
  user_id: string
  created_at: string
  expires_at: string
}

export interface SharedLinkTables { shared_links: SharedLinksTable }

export async function sharedLinks(db: Kysely<unknown>) {
  await db.schema.createTable('shared_links').ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('session_id', 'text', column => column.notNull())
    .addColumn('token_sha256', 'text', column => column.notNull().unique())
    .addColumn('user_id', 'text', column => column.notNull())
    .addColumn('created_at', 'text', column => column.notNull())
    .addColumn('expires_at', 'text', column => column.notNull())
    .addForeignKeyConstraint('shared_links_session', ['tenant_id', 'session_id'], 'sessions', ['tenant_id', 'id'], constraint => constraint.onDelete('cascade'))
    .execute()
  await db.schema.createIndex('shared_links_of_session').ifNotExists().on('shared_links').columns(['tenant_id', 'session_id']).execute()
}
