import type { FastifyBaseLogger } from 'fastify'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import { removeOrphanedBlobs } from '../storage/rows/blobReferences.ts'
import type { Database } from '../storage/database/database.ts'
import { emptyLog } from '../storage/database/emptyLog.ts'
import type { StoreOwner } from './storeOwner.ts'
import type { Uploads } from './uploads.ts'

const HOUR_MS = 60 * 60 * 1000

/**
 * Removes what nobody needs any more, now and then again and again: every hour what is left of deleted sessions, also in
 * SQLite's log, and uploads that no message claimed, every
 * day bytes that no row names. Returns how to end that.
 */
export function startRemovingOrphans({ uploads, removal, database, blobs, owner, log }: { uploads: Uploads, removal: { retry(): Promise<void> }, database: Database, blobs: BlobStore, owner: StoreOwner, log: FastifyBaseLogger }): () => void {
  const cleanUp = async () => await owner.mayCleanUp() && removeOrphanedBlobs(database, blobs)
  let isOver = false
  const warn = (what: string) => (error: unknown) => isOver || log.warn(error, what) // at the end the database goes first
  const works = [
    repeat(HOUR_MS, () => removal.retry().then(() => emptyLog(database)).catch(warn('deletions were not completed'))),
    repeat(HOUR_MS, () => uploads.removeUnclaimed().catch(warn('uploads that nobody claimed were not removed'))),
    repeat(24 * HOUR_MS, () => cleanUp().catch(warn('left-over bytes were not removed'))),
  ]
  return () => {
    isOver = true
    works.forEach(work => clearInterval(work))
  }
}

function repeat(milliseconds: number, work: () => Promise<unknown>): NodeJS.Timeout {
  void work()
  return setInterval(work, milliseconds).unref()
}
