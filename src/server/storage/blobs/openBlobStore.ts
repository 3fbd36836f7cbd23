import { errorCode } from '../../errors/problems.ts'
import { StartError } from '../../errors/startError.ts'
import type { BlobAddress, S3Address } from './blobAddress.ts'
import type { BlobStore } from './blobStore.ts'
import { LocalAttachmentStore } from './localAttachmentStore.ts'
import { NoConnection, SilentStore } from './s3Connections.ts'

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

/** What keeps it from being reached, as a sentence for whoever runs the server. */
export function whyAway(error: unknown, address: BlobAddress): string {
  if (address.kind === 'folder')
    return `the folder ${address.folder} cannot be read or written (${errorCode(error) ?? 'an error'})`
  const where = `S3 at ${address.s3.endpoint ?? `AWS in ${address.s3.region}`}`
  for (let reason: unknown = error; reason instanceof Error; reason = reason.cause) {
    const why = whyNot(reason)
    if (why !== undefined)
      return `${where} ${why}`
  }
  return `${where} cannot be reached`
}

function whyNot(reason: Error): string | undefined {
  if (reason instanceof SilentStore)
    return 'takes connections, but does not answer'
  if (reason.name === 'TimeoutError' || reason instanceof NoConnection)
    return 'takes no connections'
  const status = statusOf(reason)
  return status ? `answers with an error (HTTP ${status})` : NO_WAY[errorCode(reason) ?? '']
}

const NO_WAY: Record<string, string | undefined> = {
  ECONNREFUSED: 'refuses connections: nothing listens there',
  ENOTFOUND: 'is not known by that name',
  EAI_AGAIN: 'is not known by that name',
  ECONNRESET: 'ends connections without an answer',
}

const NO_BUCKET = [301, 404]
const REFUSED = [400, 401, 403]

/** Of the store's HTTP reply; 0 where there was none. */
function statusOf(cause: Error | undefined): number {
  if (!cause || !('$metadata' in cause))
    return 0
  return (cause.$metadata as { httpStatusCode?: number }).httpStatusCode ?? 0
}
