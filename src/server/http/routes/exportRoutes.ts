import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Exports } from '../../exports/exports.ts'
import { safeFilename } from '../../inspection/filenames.ts'
import { contentDisposition } from '../contentDisposition.ts'
import type { RouteNotes } from '../openApi.ts'

const FORMATS = {
  markdown: { type: 'application/zip', extension: 'zip' },
  json: { type: 'application/json; charset=utf-8', extension: 'json' },
} as const

const NOTES: RouteNotes = {
  responses: {
    200: {
      description: 'The whole conversation',
      content: { 'application/zip': { schema: { type: 'string', format: 'binary' } }, 'application/json': { schema: { type: 'object', required: ['session', 'messages'], properties: { session: { $ref: '#/components/schemas/Session' }, messages: { type: 'array', items: { $ref: '#/components/schemas/Message' } } } } } },
    },
  },
}

/** A conversation to take away. */
export const exportRoutes: FastifyPluginAsyncZod<{ exports: Exports }> = async (app, { exports }) => {
  app.get('/api/sessions/:id/export', {
    exposeHeadRoute: false, // it would read all of it
    config: { notes: NOTES },
    schema: {
      summary: 'A whole conversation: as Markdown with its files in a zip, or as JSON',
      params: z.object({ id: z.string() }),
      querystring: z.object({ format: z.enum(['markdown', 'json']).default('markdown') }),
    },
  }, async ({ account, params, query: { format } }, reply) => {
    const { session, content } = await exports[format]({ tenant: account.tenant, id: params.id })
    const { type, extension } = FORMATS[format]
    return reply.headers({
      'content-type': type,
      'content-disposition': contentDisposition('attachment', `${safeFilename(session.title)}.${extension}`),
      'cache-control': 'private, no-store',
    }).send(content)
  })
}
