import { finished } from 'node:stream/promises'
import { StartError } from '../../errors/startError.ts'
import { copyChecked } from '../backup/copyChecked.ts'
import { inBatches } from '../backup/inBatches.ts'
import type { Reference } from '../backup/references.ts'
import { summed } from '../backup/sums.ts'
import type { BlobStore } from '../blobs/blobStore.ts'
import type { Database } from '../database/database.ts'
import { BLOB_TABLES } from '../rows/blobReferences.ts'

const AT_ONCE = 8
const TOLD_EVERY = 500

export interface MovedFiles {
  files: number
  bytes: number
  /** Of these, what an earlier try had put there. */
  kept: number
  /** Keys of what rows refer to and the store does not have, or not as it was stored. */
  lost: string[]
}

/** Whose the target's files are. @throws StartError where they are another database's, or nobody knows */
export async function claimStore(store: BlobStore, identity: string): Promise<void> {
  const owner = await store.owner()
  if (owner === identity)
    return // an earlier try
  const first = await store.listOlderThan(Infinity)[Symbol.asyncIterator]().next()
  if (owner !== undefined || !first.done)
    throw new StartError('The store that files would be moved to belongs to another database, or holds files of one. Name an empty folder or bucket.')
  await store.claim(identity)
}

/** Each file that a row refers to, checked by its SHA-256 on the way; what is there already is checked where it lies. */
export async function moveFiles({ database, from, to, tell }: { database: Database, from: BlobStore, to: BlobStore, tell: (files: number) => void }): Promise<MovedFiles> {
  const moved: MovedFiles = { files: 0, bytes: 0, kept: 0, lost: [] }
  await inBatches(await readReferences(database), AT_ONCE, async ({ key, sha256 }) => {
    const known = await to.head(key)
    const sum = known ? await summed(await to.stream(key), bytes => finished(bytes.resume())) : undefined
    if (known && sum?.sha256 !== sha256)
      await to.delete(key)
    const result = sum?.sha256 === sha256 ? sum : await copyChecked({ key, sha256 }, from, { put: bytes => to.put(key, bytes), remove: () => to.delete(key) })
    if (!result)
      return void moved.lost.push(key)
    moved.files++
    moved.bytes += result.bytes
    moved.kept += result === sum ? 1 : 0
    if (moved.files % TOLD_EVERY === 0)
      tell(moved.files)
  })
  return moved
}

async function readReferences(database: Database): Promise<Reference[]> {
  const all = await Promise.all(BLOB_TABLES.map(table => database.selectFrom(table).select(['storage_path', 'sha256']).distinct().execute()))
  return Array.from(new Map(all.flat().map(({ storage_path, sha256 }) => [storage_path, sha256])), ([key, sha256]) => ({ key, sha256 }))
}
