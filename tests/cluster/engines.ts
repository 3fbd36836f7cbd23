import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { withName } from '../helpers/databaseNames.ts'
import { startPostgres } from '../postgres/startPostgres.ts'
import { hasCeph, installCeph } from '../s3/cephPrograms.ts'
import { startCeph } from '../s3/cephServer.ts'
import { openLine } from '../torture/line.ts'

export type Engines = Awaited<ReturnType<typeof openEngines>>

/** A real PostgreSQL and a real S3 server, each behind a line that can be cut. @throws where one cannot be had */
export async function openEngines() {
  installCeph()
  if (!hasCeph())
    throw new Error('This needs Ceph’s gateway (Debian: ceph-mon ceph-osd ceph-common radosgw), and it could not be installed.')
  const postgres = await startPostgres()
  if (postgres.url === undefined)
    throw new Error(`PostgreSQL did not start. What it said:\n${postgres.log()}`)
  const ceph = await startCeph().catch(async (error: unknown) => {
    await postgres.stop()
    throw error
  })
  const lines = { database: await openLine(postgres.url), store: await openLine(ceph.endpoint) }
  const admin = new Client({ connectionString: postgres.url })
  await admin.connect()

  return {
    lines,

    /** An empty database and an empty bucket, and the environment of a server that uses them. */
    async makePlace() {
      const name = `satchel_${randomUUID().replaceAll('-', '').slice(0, 12)}`
      await admin.query(`create database ${name}`)
      const s3 = new S3Client({ endpoint: ceph.endpoint, region: 'us-east-1', forcePathStyle: true, credentials: ceph })
      const bucket = `satchel-${randomUUID()}`
      await s3.send(new CreateBucketCommand({ Bucket: bucket }))
      s3.destroy()
      const direct = withName(postgres.url!, name)
      const lined = new URL(direct)
      lined.port = new URL(lines.database.url).port
      return {
        /** Past the line. */
        databaseUrl: direct,
        environment: {
          DATABASE_URL: lined.href,
          BLOB_STORE: `s3://${bucket}?endpoint=${lines.store.url}&region=us-east-1`,
          AWS_ACCESS_KEY_ID: ceph.accessKeyId,
          AWS_SECRET_ACCESS_KEY: ceph.secretAccessKey,
        },
      }
    },

    /** As a failover does: every connection of every server ends at once. @returns how many there were */
    async dropConnections(): Promise<number> {
      const { rowCount } = await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name like \'satchel%\'')
      return rowCount ?? 0
    },

    async stop() {
      await admin.end()
      await Promise.all([lines.database.close(), lines.store.close()])
      await Promise.all([postgres.stop(), ceph.stop()])
    },
  }
}
