import type { FastifyPluginAsync } from 'fastify'
import { sql } from 'kysely'
import { LIMITS } from '../../shared/attachments.ts'
import { refusal } from '../problems.ts'
import type { BlobStore } from '../storage/blobStore.ts'
import type { Database } from '../storage/database.ts'

/** Alive, ready, and how large things may be. */
export const healthRoutes: FastifyPluginAsync<{ database: Database, blobs: BlobStore }> = async (app, { database, blobs }) => {
  app.get('/healthz', { config: { open: true } }, async () => ({ status: 'ok' }))

  app.get('/readyz', async (request) => {
    try {
      await sql`select 1`.execute(database)
      await blobs.check()
    }
    catch (error) {
      request.log.error(error, 'not ready')
      throw refusal(503, 'not_ready', 'The server cannot reach its storage.')
    }
    return { status: 'ready' }
  })

  app.get('/api/limits', async () => LIMITS)
}
