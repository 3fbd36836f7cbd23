import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Limits } from '../../../shared/attachments.ts'
import { refusal } from '../../errors/problems.ts'
import type { BlobStore } from '../../storage/blobs/blobStore.ts'
import { watchStore } from '../../storage/blobs/storeHealth.ts'
import type { Database } from '../../storage/database/database.ts'

const Ready = z.object({
  status: z.literal('ready'),
  store: z.enum(['ready', 'away']).describe('The store of attachments. Where it is away, messages without files go on, and those with files are told 503: another server would say the same.'),
})

/** Alive, ready, and how large things may be. */
export const healthRoutes: FastifyPluginAsyncZod<{ database: Database, blobs: BlobStore, limits: Limits }> = async (app, { database, blobs, limits }) => {
  const storeHealth = watchStore(blobs, app.log)

  app.get('/healthz', { config: { open: true }, schema: { summary: 'Whether it lives', response: { 200: z.object({ status: z.literal('ok') }) } } }, async () => ({ status: 'ok' as const }))

  app.get('/readyz', { config: { open: true }, schema: { summary: 'Whether it can take messages', response: { 200: Ready } } }, async (request) => {
    try {
      await sql`select 1`.execute(database)
    }
    catch (error) {
      request.log.error(error, 'not ready')
      throw refusal(503, 'not_ready', 'The server cannot reach its database.')
    }
    return { status: 'ready' as const, store: await storeHealth() }
  })

  app.get('/api/limits', { schema: { summary: 'How large things may be', response: { 200: z.record(z.string(), z.number()) } } }, async () => ({ ...limits }))

  app.get('/openapi.json', { schema: { summary: 'This document', response: { 200: z.record(z.string(), z.unknown()) } } }, async () => ({ ...app.swagger() }))
}
