import type { FastifyBaseLogger } from 'fastify'
import { tidyUnreferenced } from '../storage/rows/blobReferences.ts'
import { newBlobKey, type BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database } from '../storage/database/database.ts'

/** Bytes on their way into the store. */
export interface EarlyPut {
  storagePath: string
  /** Resolves when they would survive a power cut. */
  done: Promise<void>
}

export type EarlyPuts = ReturnType<typeof createEarlyPuts>

/**
 * Puts the files of one message while the rest of it is still looked at: the disk works beside the processor.
 * @param atOnce blobs that are written side by side
 */
export function createEarlyPuts({ database, blobs, log }: { database: Database, blobs: BlobStore, log: FastifyBaseLogger }, tenant: string, atOnce: number) {
  const lanes = Array.from({ length: atOnce }, () => Promise.resolve())
  const storagePaths: string[] = []

  return {
    begin(bytes: Buffer): EarlyPut {
      const storagePath = newBlobKey(tenant)
      const lane = storagePaths.push(storagePath) % atOnce
      const done = Promise.resolve(lanes[lane]).then(() => blobs.put(storagePath, bytes))
      lanes[lane] = done.catch(() => undefined) // told to whoever waits for it
      return { storagePath, done }
    },

    /** Removes what no row refers to: the message may have been refused, or known, or its bytes were there already. */
    async end(): Promise<void> {
      await Promise.all(lanes)
      await tidyUnreferenced({ database, blobs, log }, storagePaths)
    },
  }
}
