import { StartError } from '../errors/startError.ts'
import type { BlobAddress } from '../storage/blobs/blobAddress.ts'
import { BlobStoreError, type BlobStore } from '../storage/blobs/blobStore.ts'
import { openBlobStore, whyAway } from '../storage/blobs/openBlobStore.ts'
import type { Database } from '../storage/database/database.ts'
import { DatabaseError } from '../storage/database/postgres/postgresErrors.ts'
import { requireSameStore } from './storeMark.ts'

interface Given {
  database: Database
  address: BlobAddress
  /** Other servers may be running on it. */
  isShared: boolean
  /** A sentence for whoever runs the server. */
  tell: (sentence: string) => void
}

/**
 * The store, once it is known to be the one in which the database's files are. One that is away does not stop the
 * start: it is told, and nothing is read from it or put there before it has been looked at. @throws StartError where it is another one
 */
export async function openKnownStore({ database, address, isShared, tell }: Given): Promise<BlobStore> {
  const blobs = await openBlobStore(address, { isShared })
  try {
    await requireSameStore({ database, blobs })
    return blobs
  }
  catch (error) {
    if (error instanceof StartError || error instanceof DatabaseError)
      throw error
    tell(`BLOB_STORE: ${whyAway(error, address)}. Satchel starts, and messages without files go on; those with files are told to come later, until the store is there.`)
    return once(blobs, () => requireSameStore({ database, blobs }), tell)
  }
}

/** Everything waits until it is known, and is refused where it turns out to be another store. */
function once(blobs: BlobStore, look: () => Promise<void>, tell: (sentence: string) => void): BlobStore {
  let looking: Promise<void> | undefined

  const known = () => looking ??= look().catch((error: unknown) => {
    if (!(error instanceof StartError)) {
      looking = undefined // it is away still
      throw error
    }
    tell(error.message)
    throw new BlobStoreError('EUNAVAILABLE', { cause: error })
  })

  async function* listOlderThan(time: number) {
    await known()
    yield* blobs.listOlderThan(time)
  }

  return {
    put: (...args) => known().then(() => blobs.put(...args)),
    read: key => known().then(() => blobs.read(key)),
    stream: (...args) => known().then(() => blobs.stream(...args)),
    head: key => known().then(() => blobs.head(key)),
    delete: key => known().then(() => blobs.delete(key)),
    listOlderThan,
    removeUnfinished: time => known().then(() => blobs.removeUnfinished(time)),
    signedLink: (...args) => known().then(() => blobs.signedLink(...args)),
    owner: () => known().then(() => blobs.owner()),
    claim: identity => known().then(() => blobs.claim(identity)),
    mark: () => known().then(() => blobs.mark()),
    setMark: id => known().then(() => blobs.setMark(id)),
    check: () => known().then(() => blobs.check()),
  }
}
