import type { FastifyPluginAsync } from 'fastify'
import { sql } from 'kysely'
import type { Limits } from '../../shared/attachments.ts'
import { refusal } from '../problems.ts'
import type { BlobStore } from '../storage/blobStore.ts'
import type { Database } from '../storage/database.ts'

/** Alive, ready, and how large things may be. */
export const healthRoutes: FastifyPluginAsync<{ database: Database, blobs: BlobStore, limits: Limits }> = async (app, { database, blobs, limits }) => {
  app.get('/healthz', async () => ({ status: 'ok' }))

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

  app.get('/api/limits', async () => limits)
}
