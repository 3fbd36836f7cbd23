import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { randomUUID } from 'node:crypto'
import { inject, onTestFinished, vi } from 'vitest'
import type { S3Address } from '../../src/server/storage/blobs/blobAddress.ts'

export const s3 = inject('s3')

/** An empty bucket on the tests' S3 server, or on one of its own, and the environment that leads to it. */
export async function openBucket(prefix = '', { endpoint, accessKeyId, secretAccessKey } = s3!): Promise<{ address: S3Address, client: S3Client }> {
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId)
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey)
  onTestFinished(() => void vi.unstubAllEnvs())
  const address = { bucket: `satchel-${randomUUID()}`, prefix, endpoint, region: 'us-east-1' }
  const client = new S3Client({ endpoint, region: address.region, forcePathStyle: true })
  onTestFinished(() => client.destroy())
  await client.send(new CreateBucketCommand({ Bucket: address.bucket }))
  return { address, client }
}
