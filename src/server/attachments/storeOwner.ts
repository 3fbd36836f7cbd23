import type { FastifyBaseLogger } from 'fastify'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database } from '../storage/database/database.ts'
import { referenced } from '../storage/rows/blobReferences.ts'

const KEYS_AT_ONCE = 500

const FOREIGN = 'BLOB_STORE holds the files of another database. This server removes none of them, and left-over files of its own stay, too; the other one may remove what is put there now. Set BLOB_STORE to a folder or a bucket of its own, or restore the database that belongs to these files.'

interface Stores { database: Database, blobs: BlobStore }

/**
 * A fresh database refers to nothing: to it, all files of another one look left over. A store that nobody has claimed
 * is this one's if it is empty, or if a row refers to one of its files. @throws where the store cannot be reached
 */
export async function whoseStore(stores: Stores): Promise<'ours' | 'to be claimed' | 'foreign'> {
  const owner = await stores.blobs.owner()
  if (owner !== undefined)
    return owner === await identityOf(stores) ? 'ours' : 'foreign'
  return await mayAdopt(stores) ? 'to be claimed' : 'foreign'
}

const identityOf = async ({ database }: Stores) => (await database.selectFrom('database_identity').select('id').executeTakeFirstOrThrow()).id

async function mayAdopt({ database, blobs }: Stores): Promise<boolean> {
  let isEmpty = true
  let keys: string[] = []
  for await (const key of blobs.listOlderThan(Infinity)) {
    isEmpty = false
    keys.push(key)
    if (keys.length < KEYS_AT_ONCE)
      continue
    if ((await referenced(database, keys)).size > 0)
      return true
    keys = []
  }
  return isEmpty || (keys.length > 0 && (await referenced(database, keys)).size > 0)
}

export type StoreOwner = ReturnType<typeof createStoreOwner>

/** Whether this database's server may clean up in the store. */
export function createStoreOwner({ log, ...stores }: Stores & { log: FastifyBaseLogger }) {
  let isOurs = false
  let isTold = false

  async function decide(): Promise<boolean> {
    const whose = await whoseStore(stores)
    if (whose === 'to be claimed')
      await stores.blobs.claim(await identityOf(stores))
    return whose !== 'foreign'
  }

  return {
    /** Says so in the log where it may not. @throws where the store cannot be reached */
    async mayCleanUp(): Promise<boolean> {
      isOurs ||= await decide()
      if (!isOurs && !isTold)
        log.warn(FOREIGN)
      isTold = !isOurs
      return isOurs
    },
  }
}
