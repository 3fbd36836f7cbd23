import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Limits } from '../../../shared/attachments.ts'
import { refusal } from '../../errors/problems.ts'
import type { BlobStore } from '../../storage/blobs/blobStore.ts'
import type { Database } from '../../storage/database/database.ts'

/** Alive, ready, and how large things may be. */
export const healthRoutes: FastifyPluginAsyncZod<{ database: Database, blobs: BlobStore, limits: Limits }> = async (app, { database, blobs, limits }) => {
  app.get('/healthz', { config: { open: true }, schema: { summary: 'Whether it lives', response: { 200: z.object({ status: z.literal('ok') }) } } }, async () => ({ status: 'ok' as const }))

  app.get('/readyz', { config: { open: true }, schema: { summary: 'Whether it can store', response: { 200: z.object({ status: z.literal('ready') }) } } }, async (request) => {
    try {
      await sql`select 1`.execute(database)
      await blobs.check()
    }
    catch (error) {
      request.log.error(error, 'not ready')
      throw refusal(503, 'not_ready', 'The server cannot reach its storage.')
    }
    return { status: 'ready' as const }
  })

  app.get('/api/limits', { schema: { summary: 'How large things may be', response: { 200: z.record(z.string(), z.number()) } } }, async () => ({ ...limits }))

  app.get('/openapi.json', { schema: { summary: 'This document', response: { 200: z.record(z.string(), z.unknown()) } } }, async () => ({ ...app.swagger() }))
}
