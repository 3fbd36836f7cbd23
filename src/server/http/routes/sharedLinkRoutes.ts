import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { CreatedSharedLink, CreateSharedLink, SharedLinks as Links } from '../../../shared/protocol/sharedLink.ts'
import type { SharedLinks } from '../../sharing/sharedLinks.ts'

const Params = z.object({ id: z.string() })

/** Making, listing and taking back links for people outside. What they show is in `outside`. */
export const sharedLinkRoutes: FastifyPluginAsyncZod<{ sharedLinks: SharedLinks }> = async (app, { sharedLinks }) => {
  app.post('/api/sessions/:id/links', {
    config: { audit: 'share_made' },
    schema: { summary: 'A link that shows the conversation to whoever has it, until its end', params: Params, body: CreateSharedLink.nullish(), response: { 201: CreatedSharedLink } },
  }, async ({ account, params, body }, reply) => reply.code(201).send(await sharedLinks.create(account, params.id, CreateSharedLink.parse(body ?? {}).days)))

  app.get('/api/sessions/:id/links', { schema: { summary: 'The links of a session that work', params: Params, response: { 200: Links } } },
    async ({ account, params }) => ({ links: await sharedLinks.list({ tenant: account.tenant, id: params.id }) }))

  app.delete('/api/sessions/:id/links/:linkId', {
    config: { audit: 'share_revoked', notes: { responses: { 204: { description: 'It shows nothing any more' } } } },
    schema: { summary: 'Take a link back', params: Params.extend({ linkId: z.string() }) },
  }, async ({ account, params }, reply) => {
    await sharedLinks.revoke({ tenant: account.tenant, id: params.id }, params.linkId)
    return reply.code(204).send()
  })
}
