import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { SearchPage } from '../../../shared/protocol/search.ts'
import { QUERY_CHARS } from '../../../shared/search/terms.ts'
import type { Search } from '../../search/search.ts'

const Place = z.string().regex(/^\d{1,16}$/, 'must be one that this server gave').transform(Number).optional()

export const searchRoutes: FastifyPluginAsyncZod<{ search: Search }> = async (app, { search }) => {
  app.get('/api/search', {
    schema: {
      summary: 'Titles, messages, names of files and texts in them: titles first, then the newest',
      querystring: z.object({
        q: z.string().min(1).max(QUERY_CHARS),
        cursor: Place,
        before: Place.describe('the same as cursor'),
        limit: z.coerce.number().int().min(1).max(50).default(20),
      }),
      response: { 200: SearchPage },
    },
  }, ({ account, query: { q, cursor, before, limit } }) => search.find(account.tenant, { query: q, limit, before: cursor ?? before }))
}
