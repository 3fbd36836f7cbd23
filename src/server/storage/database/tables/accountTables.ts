import type { Kysely } from 'kysely'
import { hasColumn } from '../dialects/hasColumn.ts'

/** A browser that showed a key, and has a cookie since. */
interface SignInsTable {
  /** SHA-256 of the cookie's token. */
  id: string
  /** Of the key: without it in the server's settings the sign-in is over. */
  key_sha256: string
  created_at: string
  expires_at: string
}

export interface AccountTables {
  sign_ins: SignInsTable
}

export async function accounts(db: Kysely<unknown>) {
  if (!await hasColumn(db, 'messages', 'user_id'))
    await db.schema.alterTable('messages').addColumn('user_id', 'text').execute()
  await db.schema.createTable('sign_ins').ifNotExists()
    .addColumn('id', 'text', column => column.primaryKey())
    .addColumn('key_sha256', 'text', column => column.notNull())
    .addColumn('created_at', 'text', column => column.notNull())
    .addColumn('expires_at', 'text', column => column.notNull())
    .execute()
}

/** Who wrote the messages of before is not told of them. */
export async function authors(db: Kysely<unknown>) {
  for (const column of ['author_id', 'author_name']) {
    if (!await hasColumn(db, 'messages', column))
      await db.schema.alterTable('messages').addColumn(column, 'text').execute()
  }
}
