import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Address } from './blobAddress.ts'
import { createS3Connections, NoConnection, SilentStore, type S3Connections } from './s3Connections.ts'
import { S3_PATIENCE } from './s3Patience.ts'
import { createS3Reach, type S3Reach } from './s3Reach.ts'

/** Only asks whether it is there. */
const ASKING = 'HeadBucketCommand'

/**
 * A client of S3 that never waits without end. Credentials come from the environment, as the AWS tools take them:
 * `AWS_ACCESS_KEY_ID`, `AWS_PROFILE`, a role, ...
 */
export function openS3Client({ bucket, endpoint, region }: S3Address): { client: S3Client, connections: S3Connections } {
  const connections = createS3Connections()
  const { httpAgent, httpsAgent } = connections
  const client = new S3Client({
    region,
    endpoint,
    forcePathStyle: endpoint !== undefined, // a server of one's own seldom has a name for each bucket
    requestChecksumCalculation: 'WHEN_REQUIRED', // the newer checksums break streamed puts elsewhere than at AWS
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: S3_PATIENCE.connectMs, socketTimeout: 0, httpAgent, httpsAgent }, // silence is what the connections watch
  })
  const reach = createS3Reach(() => client.send(new HeadBucketCommand({ Bucket: bucket })))
  watchAnswers(client, reach)
  return { client, connections }
}

/** Around each single request, those of uploads in parts, too. */
function watchAnswers({ middlewareStack }: S3Client, reach: S3Reach) {
  middlewareStack.add((next, { commandName }) => async (request) => {
    if (commandName !== ASKING)
      await reach.pass()
    try {
      const answer = await next(request)
      reach.heard()
      return answer
    }
    catch (error) {
      if (error instanceof SilentStore)
        reach.silent(error)
      else if (error instanceof Error && error.name === 'TimeoutError')
        reach.silent(new NoConnection())
      throw error
    }
  }, { step: 'deserialize', priority: 'low', name: 'watchAnswers' })
}
