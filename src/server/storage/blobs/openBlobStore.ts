import { StartError } from '../../errors/startError.ts'
import type { BlobAddress, S3Address } from './blobAddress.ts'
import type { BlobStore } from './blobStore.ts'
import { LocalAttachmentStore } from './localAttachmentStore.ts'

/**
 * Throws `StartError` where the store will never work as it is set up. One that is only away for now is let pass.
 * @param isShared its server may be running: what is half done there is not what a crash left
 */
export async function openBlobStore(address: BlobAddress, { isShared = false } = {}): Promise<BlobStore> {
  if (address.kind === 's3')
    return openS3(address.s3)
  return isShared ? LocalAttachmentStore.join(address.folder) : LocalAttachmentStore.open(address.folder)
}

async function openS3(address: S3Address): Promise<BlobStore> {
  const { S3AttachmentStore } = await import('./s3AttachmentStore.ts') // large, and most servers do not need it
  const store = new S3AttachmentStore(address)
  try {
    await store.check()
  }
  catch (error) {
    const reason = misconfiguration(error, address)
    if (reason)
      throw new StartError(`BLOB_STORE: ${reason}`, { cause: error })
  }
  return store
}

function misconfiguration(error: unknown, { bucket, endpoint, region }: S3Address) {
  const where = endpoint ?? `AWS in ${region}`
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined
  if (cause?.name === 'CredentialsProviderError')
    return 'there are no credentials for S3. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
  const status = statusOf(cause)
  if (NO_BUCKET.includes(status))
    return `there is no bucket “${bucket}” at ${where}. Create it, or name another one.`
  if (REFUSED.includes(status))
    return `${where} refuses these credentials for the bucket “${bucket}”.`
  return undefined
}

const NO_BUCKET = [301, 404]
const REFUSED = [400, 401, 403]

/** Of the store's HTTP reply; 0 where there was none. */
function statusOf(cause: Error | undefined): number {
  if (!cause || !('$metadata' in cause))
    return 0
  return (cause.$metadata as { httpStatusCode?: number }).httpStatusCode ?? 0
}
