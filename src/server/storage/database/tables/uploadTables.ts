import { sql, type Kysely } from 'kysely'

/** A file that waits for the message it belongs to. */
interface UploadsTable {
  /** The attachment's, too, from when a message claims it. */
  id: string
  tenant_id: string
  user_id: string
  filename: string
  mime_type: string
  size: number
  sha256: string
  storage_path: string
  created_at: string
  /** Unclaimed until then, it is removed. */
  expires_at: string
  /** Null until a message claims it. */
  attachment_id: string | null
}

export interface UploadTables {
  uploads: UploadsTable
}

export async function uploads(db: Kysely<unknown>) {
  await db.schema.createTable('uploads').ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('tenant_id', 'text', column => column.notNull())
    .addColumn('user_id', 'text', column => column.notNull())
    .addColumn('filename', 'text', column => column.notNull())
    .addColumn('mime_type', 'text', column => column.notNull())
    .addColumn('size', 'integer', column => column.notNull())
    .addColumn('sha256', 'text', column => column.notNull())
    .addColumn('storage_path', 'text', column => column.notNull())
    .addColumn('created_at', 'text', column => column.notNull())
    .addColumn('expires_at', 'text', column => column.notNull())
    .addColumn('attachment_id', 'text', column => column.references('attachments.id').onDelete('cascade'))
    .execute()
  // What a message did not claim in time; and whose bytes these are.
  await db.schema.createIndex('uploads_unclaimed').ifNotExists()
    .on('uploads').column('expires_at').where(sql.ref('attachment_id'), 'is', null)
    .execute()
  await db.schema.createIndex('uploads_storage').ifNotExists()
    .on('uploads').column('storage_path')
    .execute()
  await db.schema.createIndex('uploads_of_attachment').ifNotExists()
    .on('uploads').column('attachment_id')
    .execute()
}
