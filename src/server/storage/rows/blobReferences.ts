import type { FastifyBaseLogger } from 'fastify'
import type { BlobStore } from '../blobs/blobStore.ts'
import type { Database, DatabaseTransaction } from '../database/database.ts'
import { isPostgres } from '../database/dialects/isPostgres.ts'

/** Parameters of one statement; SQLite takes 32,766. */
const KEYS_AT_ONCE = 500
/** Every table whose rows name bytes. */
export const BLOB_TABLES = ['attachments', 'uploads', 'transcript_blobs'] as const
const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Where the tenant has the same bytes already, or else the key they were just put under. Must run inside the
 * transaction that stores the reference: what is found is then referred to by one row more, before whoever
 * removes the others looks whether any is left.
 */
export async function placeOfBytes(trx: DatabaseTransaction, tenant: string, { sha256, storagePath }: { sha256: string, storagePath: string }): Promise<string> {
  return await findBytes(trx, tenant, sha256) ?? storagePath
}

/** As `placeOfBytes`, where nothing was put yet. */
export async function findBytes(trx: DatabaseTransaction, tenant: string, sha256: string): Promise<string | undefined> {
  for (const table of BLOB_TABLES) {
    const known = await trx.selectFrom(table).select('storage_path')
      .where('tenant_id', '=', tenant).where('sha256', '=', sha256)
      .limit(1)
      .$if(isPostgres(trx), query => query.forShare()) // whoever would delete the row waits until it is known what refers to it now
      .executeTakeFirst()
    if (known)
      return known.storage_path
  }
  return undefined
}

/**
 * Deletes what no row refers to. Nobody can begin to refer to such bytes: a row gets its key from another row
 * that has it, or from its own put. So this may run at any time after the last reference was removed.
 */
export async function deleteUnreferenced(database: Database, blobs: BlobStore, keys: readonly string[]) {
  for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
    const some = keys.slice(start, start + KEYS_AT_ONCE)
    const used = await referenced(database, some)
    for (const key of new Set(some)) {
      if (!used.has(key))
        await blobs.delete(key)
    }
  }
}

/** As `deleteUnreferenced`, where the rows are right already: what cannot be deleted now is removed later. */
export async function tidyUnreferenced({ database, blobs, log }: { database: Database, blobs: BlobStore, log: FastifyBaseLogger }, keys: readonly string[]) {
  await deleteUnreferenced(database, blobs, keys)
    .catch((error: unknown) => log.warn(error, 'bytes that nothing refers to are left over'))
}

/** Removes bytes whose rows were never written. A day's grace, so that no send under way is ever touched. */
export async function removeOrphanedBlobs(database: Database, blobs: BlobStore) {
  const old: string[] = []
  for await (const key of blobs.listOlderThan(Date.now() - DAY_MS)) {
    if (old.push(key) === KEYS_AT_ONCE)
      await deleteUnreferenced(database, blobs, old.splice(0))
  }
  await deleteUnreferenced(database, blobs, old)
  await blobs.removeUnfinished(Date.now() - DAY_MS)
}

/** Those of the keys that a row refers to. */
export async function referenced(database: Database, keys: readonly string[]) {
  const used = new Set<string>()
  for (const table of BLOB_TABLES) {
    const rows = await database.selectFrom(table).select('storage_path').where('storage_path', 'in', keys).execute()
    rows.forEach(row => used.add(row.storage_path))
  }
  return used
}
