import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { LIMITS } from '../../../shared/attachments.ts'
import { EditMessage, PostedMessage, SteerMessage } from '../../../shared/protocol/rest.ts'
import { authorOf } from '../../identity/account.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { WaitingMessages } from '../../messages/waiting.ts'
import type { Sessions } from '../../sessions/sessions.ts'

/** As long a text as a message may have, each byte of it escaped, and the rest beside it. */
const EDIT_BYTES = 6 * LIMITS.messageTextBytes + 64 * 1024

const Params = z.object({ id: z.string(), msgId: z.string() })

/** What one may do while a turn runs: stop it, and change what waits for its turn. */
export const waitingRoutes: FastifyPluginAsyncZod<{ waiting: WaitingMessages, sessions: Sessions, stop: (session: SessionKey) => Promise<void> }> = async (app, { waiting, sessions, stop }) => {
  app.post('/api/sessions/:id/stop', {
    config: { notes: { responses: { 204: { description: 'It was stopped, if one ran; what was said is kept' } } } },
    schema: { summary: 'Stop the turn that runs', params: z.object({ id: z.string() }) },
  }, async (request, reply) => {
    const session = keyOf(request)
    await sessions.get(session)
    await stop(session)
    return reply.code(204).send()
  })

  app.patch('/api/sessions/:id/messages/:msgId', {
    bodyLimit: EDIT_BYTES,
    schema: { summary: 'Change a message that waits; 409 once it runs', params: Params, body: EditMessage, response: { 200: PostedMessage } },
  }, async request => ({ message: await waiting.edit(keyOf(request), request.params.msgId, request.body) }))

  app.delete('/api/sessions/:id/messages/:msgId', {
    config: { notes: { responses: { 204: { description: 'It is never asked' } } } },
    schema: { summary: 'Cancel a message that waits; 409 once it runs', params: Params },
  }, async (request, reply) => {
    await waiting.cancel(keyOf(request), request.params.msgId)
    return reply.code(204).send()
  })

  app.put('/api/sessions/:id/messages/:msgId/editing', {
    schema: {
      summary: 'Say that one edits a message that waits: the agent does not begin with it until the time that the answer tells, before which one says it again. 409 once it runs, while another person edits it, and where the queue has waited for ten minutes',
      params: Params,
      response: { 200: PostedMessage },
    },
  }, async ({ account, params }) => ({ message: await waiting.beginEditing(keyOf({ account, params }), params.msgId, { user: account.user, by: authorOf(account) }) }))

  app.delete('/api/sessions/:id/messages/:msgId/editing', {
    config: { notes: { responses: { 204: { description: 'The agent may begin with it; what another person edits goes on' } } } },
    schema: { summary: 'Say that one does not edit a message that waits any more; 409 once it runs', params: Params },
  }, async (request, reply) => {
    await waiting.endEditing(keyOf(request), request.params.msgId, request.account.user)
    return reply.code(204).send()
  })

  app.post('/api/sessions/:id/messages/:msgId/steer', {
    schema: { summary: 'Ask a message that waits at once (now), or in the turn that runs (next); 409 once it runs, or where the agent cannot', params: Params, body: SteerMessage, response: { 202: PostedMessage } },
  }, async (request, reply) => reply.code(202).send({ message: await waiting.steer(keyOf(request), request.params.msgId, request.body) }))
}

const keyOf = ({ account, params }: Pick<FastifyRequest, 'account'> & { params: { id: string } }): SessionKey =>
  ({ tenant: account.tenant, id: params.id })
