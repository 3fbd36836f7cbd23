import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AttachmentsPage, CreateSession, MessageAttachments, MessagesPage, Session, SessionsPage, UpdateSession } from '../../shared/protocol.ts'
import type { Attachments } from '../attachments.ts'
import type { History } from '../history.ts'
import { refusal } from '../problems.ts'
import type { SessionKey } from '../sessionKey.ts'
import type { Sessions } from '../sessions.ts'

const Params = z.object({ id: z.string() })
const Limit = z.coerce.number().int().min(1).max(100).default(50)
const Sequence = z.coerce.number().int().min(0).optional()

export const sessionRoutes: FastifyPluginAsyncZod<{
  sessions: Sessions
  history: History
  attachments: Attachments
  remove: (session: SessionKey) => Promise<void>
}> = async (app, { sessions, history, attachments, remove }) => {
  app.post('/api/sessions', { schema: { body: CreateSession, response: { '2xx': Session } } }, async (request, reply) => {
    const { session, created } = await sessions.create(request.account.tenant, request.body)
    return reply.code(created ? 201 : 200).header('location', `/api/sessions/${session.id}`).send(session)
  })

  app.get('/api/sessions', {
    schema: {
      querystring: z.object({ projectId: z.string().optional(), cursor: z.string().optional(), limit: Limit }),
      response: { '2xx': SessionsPage },
    },
  }, request => sessions.list(request.account.tenant, request.query))

  app.get('/api/sessions/:id', { schema: { params: Params, response: { '2xx': Session } } },
    request => sessions.get(keyOf(request)))

  app.patch('/api/sessions/:id', { schema: { params: Params, body: UpdateSession, response: { '2xx': Session } } },
    request => sessions.rename(keyOf(request), request.body.title))

  app.delete('/api/sessions/:id', { schema: { params: Params } }, async (request, reply) => {
    await remove(keyOf(request))
    return reply.code(204).send()
  })

  app.get('/api/sessions/:id/messages', {
    schema: {
      params: Params,
      querystring: z.object({ limit: Limit, before: Sequence, after: Sequence }),
      response: { '2xx': MessagesPage },
    },
  }, async (request) => {
    if (request.query.before !== undefined && request.query.after !== undefined)
      throw refusal(400, 'invalid_request', 'Ask for the page before a message or after one, not both.')
    return history.page(keyOf(request), request.query)
  })

  app.get('/api/sessions/:id/messages/:msgId/attachments', {
    schema: { params: Params.extend({ msgId: z.string() }), response: { '2xx': MessageAttachments } },
  }, async request => ({ attachments: await attachments.listOfMessage(keyOf(request), request.params.msgId) }))

  app.get('/api/sessions/:id/attachments', {
    schema: {
      params: Params,
      querystring: z.object({ cursor: z.string().optional(), limit: Limit }),
      response: { '2xx': AttachmentsPage },
    },
  }, request => attachments.listOfSession(keyOf(request), request.query))
}

/** Of a session, in the tenant of whoever asks: another tenant's is as if it were not there. */
const keyOf = ({ account, params }: Pick<FastifyRequest, 'account'> & { params: { id: string } }): SessionKey =>
  ({ tenant: account.tenant, id: params.id })
