import type { Generated, Kysely } from 'kysely'
import { hasColumn } from '../dialects/hasColumn.ts'

interface AttachmentsTable {
  id: string
  tenant_id: Generated<string>
  message_id: string
  session_id: string
  /** The person's order within the message, from 0. */
  ordinal: number
  filename: string
  mime_type: string
  size: number
  sha256: string
  width: number | null
  height: number | null
  pages: number | null
  /** How an image is seen, 0 or 1 each; null where it is none, or was stored before this was looked at. */
  animated: number | null
  hides_still: number | null
  sideways: number | null
  /** The key of its bytes in the blob store. */
  storage_path: string
  /** Relative to the session's workspace; null where there is no copy. */
  workspace_path: string | null
  origin: 'person' | 'agent'
  /** Where the agent put it, relative to the workspace, as it may be shown; null for a person's. */
  path: string | null
  /** What the person says of it; null where nothing. */
  caption: string | null
  /** JSON: a `Receipt`. */
  receipt: string | null
  created_at: string
}

export interface AttachmentTables { attachments: AttachmentsTable }

/** All sizes of a tenant, without reading its rows. */
export async function quota(db: Kysely<unknown>) {
  for (const table of ['attachments', 'uploads'])
    await db.schema.createIndex(`${table}_size`).ifNotExists().on(table).columns(['tenant_id', 'size']).execute()
}

/** Whether the tenant has the same bytes already. */
export async function sameBytes(db: Kysely<unknown>) {
  for (const table of ['attachments', 'uploads'])
    await db.schema.createIndex(`${table}_bytes`).ifNotExists().on(table).columns(['tenant_id', 'sha256']).execute()
}

/** How the images of before are seen is looked at when it is asked for. */
export async function seenImages(db: Kysely<unknown>) {
  for (const column of ['animated', 'hides_still', 'sideways']) {
    if (!await hasColumn(db, 'attachments', column))
      await db.schema.alterTable('attachments').addColumn(column, 'integer').execute()
  }
}

/** What the agent was given was not recorded before. */
export async function receipts(db: Kysely<unknown>) {
  if (!await hasColumn(db, 'attachments', 'receipt'))
    await db.schema.alterTable('attachments').addColumn('receipt', 'text').execute()
}

/** Nobody said anything of a picture before. */
export async function captions(db: Kysely<unknown>) {
  if (!await hasColumn(db, 'attachments', 'caption'))
    await db.schema.alterTable('attachments').addColumn('caption', 'text').execute()
}
