import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'

/** First and last byte, both included, as in an HTTP range. */
export interface ByteRange { start: number, end: number }

export interface BlobFacts {
  /** Bytes. */
  size: number
  /** When they were put, in ms since the epoch, by the store's own clock. */
  putAt: number
}

/** What a signed link says of the bytes, in place of the store's own headers. */
export interface SignedLinkOptions {
  /** For how long it works. */
  seconds: number
  contentType?: string
  contentDisposition?: string
}

/**
 * Where the bytes of attachments are. A key is made by `newBlobKey` and belongs to one `put` for ever: bytes
 * are never replaced, so whoever deletes a key cannot meet somebody who is just putting it.
 *
 * Rejections carry a `code`: `ENOENT` for bytes that are not there, `ENOSPC` where there is no room, `ABORT_ERR`
 * for a put that was given up, and the system's or `EUNAVAILABLE` where the store itself cannot be reached.
 */
export interface BlobStore {
  /**
   * Resolves when the bytes would survive a power cut; until then, and if it rejects, nothing is to be seen under
   * the key. A stream is never held in memory as a whole; one that fails or is aborted leaves nothing behind.
   */
  put(key: string, content: Uint8Array | Readable, options?: { signal?: AbortSignal }): Promise<void>
  read(key: string): Promise<Buffer>
  /** Rejects before anything is sent, if there are no bytes. The range must lie within them. */
  stream(key: string, range?: ByteRange): Promise<Readable>
  /** Undefined if there are none. */
  head(key: string): Promise<BlobFacts | undefined>
  /** Not there is fine. */
  delete(key: string): Promise<void>
  /** The keys of everything that was put before `time` (ms since the epoch), in no order. */
  listOlderThan(time: number): AsyncIterable<string>
  /** Removes what puts that began before `time` left half done. */
  removeUnfinished(time: number): Promise<void>
  /** An address that gives these bytes to anybody for a while. Undefined where the store has no address of its own. */
  signedLink(key: string, options: SignedLinkOptions): Promise<string | undefined>
  /** Whose it is: the identity of a database. Undefined where nobody has claimed it. */
  owner(): Promise<string | undefined>
  /** From now on it belongs to this database. */
  claim(identity: string): Promise<void>
  /** Which store it is: an id that was written once. Undefined where none was. */
  mark(): Promise<string | undefined>
  setMark(id: string): Promise<void>
  /** Throws if bytes could not be put at all. */
  check(): Promise<void>
}

/** What the store could not do, for stores whose own errors carry no code of the system. */
export class BlobStoreError extends Error {
  readonly code: 'ENOENT' | 'ENOSPC' | 'EUNAVAILABLE'

  constructor(code: BlobStoreError['code'], options?: ErrorOptions) {
    super({ ENOENT: 'there are no such bytes', ENOSPC: 'the store has no room left', EUNAVAILABLE: 'the store cannot be reached' }[code], options)
    this.code = code
  }
}

/** One folder per tenant, or a name at the top, where earlier versions put them. Nothing else is touched or listed. */
export const BLOB_KEY = /^(?:[\w~-]+\/)?[\w-]+$/

/** Where the store holds whose it is, and which one it is. No keys, so they are never listed. */
export const OWNER_NAME = '.database'
export const MARK_NAME = '.store'

/** A key that no bytes have had yet. Tenants are told apart also where file names know no capitals. */
export function newBlobKey(tenant: string): string {
  const folder = /^[a-z0-9_-]{1,64}$/.test(tenant) ? tenant : `~${Buffer.from(tenant).toString('hex')}`
  return `${folder}/${randomUUID()}`
}
