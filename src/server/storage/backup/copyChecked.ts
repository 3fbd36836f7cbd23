import type { Readable } from 'node:stream'
import { unlessMissing } from '../../errors/missing.ts'
import type { BlobStore } from '../blobs/blobStore.ts'
import type { Reference } from './references.ts'
import { summed, type Summed } from './sums.ts'

/** Where a copy is put, and how it is taken away again. */
interface Place {
  put: (bytes: Readable) => Promise<unknown>
  remove: () => Promise<unknown>
}

/** Copies one file of a store. @returns undefined where the store does not have it, or not as it was stored: then no copy is left */
export async function copyChecked({ key, sha256 }: Reference, from: BlobStore, { put, remove }: Place): Promise<Summed | undefined> {
  const copied = await unlessMissing(from.stream(key).then(bytes => summed(bytes, put)))
  if (copied && copied.sha256 !== sha256) {
    await remove()
    return undefined
  }
  return copied
}
