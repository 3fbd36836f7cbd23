import { BlobStoreError } from './blobStore.ts'

const MISSING = ['NoSuchKey', 'NotFound']
const FULL = ['QuotaExceeded', 'InsufficientStorage']

/** Does the work; what the S3 client throws then becomes the blob store's own errors, with the client's as the cause. */
export async function telling<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  }
  catch (error) {
    throw translated(error)
  }
}

function translated(error: unknown) {
  if (!(error instanceof Error) || error instanceof BlobStoreError)
    return error
  if (error.name === 'AbortError')
    return Object.assign(error, { code: 'ABORT_ERR' })
  if (MISSING.includes(error.name))
    return new BlobStoreError('ENOENT', { cause: error })
  return new BlobStoreError(FULL.includes(error.name) ? 'ENOSPC' : 'EUNAVAILABLE', { cause: error })
}
