import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { StartError } from '../errors/startError.ts'
import { MARK_NAME, type BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database } from '../storage/database/database.ts'
import { isPostgres } from '../storage/database/dialects/isPostgres.ts'
import { BLOB_TABLES } from '../storage/rows/blobReferences.ts'
import { whoseStore } from './storeOwner.ts'

/** Of a database's locks: "store" on a telephone's keys. */
const LOCK = 78_673
/** Files of each kind that are looked for in a store that nobody has marked. */
const SAMPLE = 10

/**
 * The store and the database name the same mark, or a pair is made here, once, however many servers start. @throws
 * StartError where this is another store than the one in which the database's files are; and what the store throws
 */
export function requireSameStore(stores: { database: Database, blobs: BlobStore }): Promise<void> {
  return oneAtATime(stores.database, () => compareMarks(stores))
}

async function compareMarks(stores: { database: Database, blobs: BlobStore }) {
  const { database, blobs } = stores
  const known = (await database.selectFrom('attachment_store').select('id').executeTakeFirst())?.id
  const found = await blobs.mark()
  if (known !== undefined && found !== known)
    throw new StartError(`BLOB_STORE of this server is another store than the one in which the files of its database are: the database names the store ${known}, and this one is ${found ?? 'not marked'}. Give every server the same BLOB_STORE (bucket, folder, endpoint). If you copied the files here yourself, copy “${MARK_NAME}”, too, which lies beside them and ${found === undefined ? 'holds' : 'should hold'} that name.`)
  if (known !== undefined || await whoseStore(stores) === 'foreign')
    return // of the latter its owner's warning speaks
  await requireSomeFile(stores)
  const id = found ?? randomUUID()
  if (found === undefined)
    await blobs.setMark(id)
  await database.insertInto('attachment_store').values({ id }).execute()
}

/** A database from before there were marks knows its store by its files. */
async function requireSomeFile({ database, blobs }: { database: Database, blobs: BlobStore }) {
  const samples = await Promise.all(BLOB_TABLES.map(table => database.selectFrom(table).select('storage_path').limit(SAMPLE).execute()))
  const paths = samples.flat().map(({ storage_path }) => storage_path)
  for (const path of paths) {
    if (await blobs.head(path))
      return
  }
  if (paths.length)
    throw new StartError(`BLOB_STORE of this server holds none of the files that its database refers to (${paths.length} of them were looked for). Set it to the folder or bucket where they are; a disk that holds them must be mounted. If they are lost, and you want to go on without them, make a folder “${MARK_NAME}/new” there, or in S3 an object “${MARK_NAME}” with any name in it.`)
}

async function oneAtATime(database: Database, work: () => Promise<void>) {
  if (!isPostgres(database))
    return work()
  await database.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${LOCK})`.execute(connection)
    try {
      await work()
    }
    finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(connection)
    }
  })
}
