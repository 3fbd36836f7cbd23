import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { stillPng } from '../../../shared/images/png.ts'
import type { Attachments } from '../../attachments/attachments.ts'
import type { BlobStore } from '../../storage/blobs/blobStore.ts'
import { downloadLimit } from '../rateLimits.ts'
import { describeTo, matches, reading } from './attachmentRoutes.ts'

const Params = z.object({ id: z.string() })

/** The picture that Claude sees of an animated PNG, where a browser would play another one. */
export const stillRoutes: FastifyPluginAsyncZod<{ attachments: Attachments, blobs: BlobStore, rateLimit?: number }> = async (app, { attachments, blobs, rateLimit }) => {
  app.get('/api/attachments/:id/still', {
    config: { notes: NOTES, ...rateLimit && { rateLimit: downloadLimit(rateLimit) } },
    schema: { summary: 'The still picture of an animated PNG', params: Params },
  }, async (request, reply) => {
    const file = await attachments.findPng(request.account.tenant, request.params.id)
    const etag = `"${file.sha256}-still"`
    if (matches(request.headers['if-none-match'], etag)) {
      describeTo(reply, file, etag, false)
      return reply.code(304).send()
    }
    const bytes = await reading(() => blobs.read(file.storage_path)) // of 10 MB at most
    await attachments.remember(file, bytes)
    describeTo(reply, file, etag, false)
    return reply.removeHeader('accept-ranges').send(Buffer.from(stillPng(bytes)))
  })
}

const NOTES = { responses: { 200: { description: 'A PNG that does not move', content: { 'image/png': { schema: { type: 'string', format: 'binary' } } } } } }
