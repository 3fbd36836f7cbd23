import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { withName } from '../helpers/databaseNames.ts'
import { startPostgres } from '../postgres/startPostgres.ts'
import { hasCeph, installCeph } from '../s3/cephPrograms.ts'
import { startCeph } from '../s3/cephServer.ts'
import { openLine } from '../torture/line.ts'

export type Engines = Awaited<ReturnType<typeof openEngines>>

/** What was committed is there after a crash of the database, though not of the machine. */
const KEPT = ['synchronous_commit=on', 'full_page_writes=on']

/** A real PostgreSQL and a real S3 server, each behind a line that can be cut. @throws where one cannot be had */
export async function openEngines({ crashes = false } = {}) {
  installCeph()
  if (!hasCeph())
    throw new Error('This needs Ceph’s gateway (Debian: ceph-mon ceph-osd ceph-common radosgw), and it could not be installed.')
  const postgres = await startPostgres(crashes ? KEPT : [])
  if (postgres.url === undefined)
    throw new Error(`PostgreSQL did not start. What it said:\n${postgres.log()}`)
  const { server: ceph, stop: stopCeph } = await startCeph().catch(async (error: unknown) => {
    await postgres.stop()
    throw error
  })
  const store = await openLine(ceph.endpoint)
  const ask = (sql: string) => askOnce(postgres.url!, sql)

  return {
    store,

    /** An empty database and an empty bucket, and the environment of a server that uses them. */
    async makePlace() {
      const name = `satchel_${randomUUID().replaceAll('-', '').slice(0, 12)}`
      await ask(`create database ${name}`)
      const s3 = new S3Client({ endpoint: ceph.endpoint, region: 'us-east-1', forcePathStyle: true, credentials: ceph })
      const bucket = `satchel-${randomUUID()}`
      await s3.send(new CreateBucketCommand({ Bucket: bucket }))
      s3.destroy()
      const databaseUrl = withName(postgres.url!, name)
      return {
        databaseUrl,
        environment: {
          DATABASE_URL: databaseUrl,
          BLOB_STORE: `s3://${bucket}?endpoint=${store.url}&region=us-east-1`,
          AWS_ACCESS_KEY_ID: ceph.accessKeyId,
          AWS_SECRET_ACCESS_KEY: ceph.secretAccessKey,
        },
      }
    },

    /** As a failover does: every connection of every server ends at once. @returns how many there were */
    async dropConnections(): Promise<number> {
      const { rowCount } = await ask('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name like \'satchel%\'')
      return rowCount ?? 0
    },

    /** PostgreSQL ends all that it does when one of its processes is killed, and recovers from its log. */
    async crashDatabase() {
      const { rows: [any] } = await ask('select pid from pg_stat_activity where application_name like \'satchel%\' limit 1')
      if (any)
        process.kill((any as { pid: number }).pid, 'SIGKILL')
    },

    async stop() {
      await store.close()
      await Promise.all([postgres.stop(), stopCeph()])
    },
  }
}

/** On a connection of its own: others may have ended. */
export async function askOnce(databaseUrl: string, sql: string) {
  const client = new Client({ connectionString: databaseUrl })
  client.on('error', () => undefined) // the question fails, too
  await client.connect()
  try {
    return await client.query<Record<string, unknown>>(sql)
  }
  finally {
    await client.end()
  }
}
