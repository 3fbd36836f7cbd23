import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AttachmentsPage, CreateSession, HistoryPage, MessageAttachments, MessagesPage, OnePart, SessionsPage, ShownTools, UpdateSession } from '../../../shared/protocol/rest.ts'
import { Message } from '../../../shared/protocol/message.ts'
import { Session } from '../../../shared/protocol/session.ts'
import type { Attachments } from '../../attachments/attachments.ts'
import type { History } from '../../sessions/history.ts'
import type { Offers } from '../../agents/offer/offers.ts'
import { choiceOf } from '../../messages/choice.ts'
import { refusal } from '../../errors/problems.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Marks } from '../../sessions/marks.ts'
import type { RecentHistory } from '../../sessions/recentHistory.ts'
import type { Sessions } from '../../sessions/sessions.ts'

const Params = z.object({ id: z.string() })
const UnchangedSince = z.object({ unchangedSince: z.iso.datetime().optional() })
const Limit = z.coerce.number().int().min(1).max(100).default(50)
const Sequence = z.coerce.number().int().min(0).optional()

export const sessionRoutes: FastifyPluginAsyncZod<{
  sessions: Sessions
  history: History
  attachments: Attachments
  recent: RecentHistory
  marks: Marks
  remove: (session: SessionKey, unchangedSince: string | null) => Promise<void>
  chooseBranch: (session: SessionKey, messageId: string) => Promise<void>
  removeTurn: (session: SessionKey, messageId: string, unchangedSince: string | null) => Promise<void>
  offers: Offers
}> = async (app, { sessions, history, recent, marks, attachments, remove, removeTurn, chooseBranch, offers }) => {
  async function asSeen({ account }: Pick<FastifyRequest, 'account'>, session: Session): Promise<Session> {
    const [seen] = await marks.show(account, [session])
    return seen ?? session
  }

  app.post('/api/sessions', { schema: { summary: 'Make a session; the same id again is the same session', body: CreateSession, response: { 200: Session, 201: Session } } }, async (request, reply) => {
    const { session, created } = await sessions.create(request.account.tenant, request.body)
    return reply.code(created ? 201 : 200).header('location', `/api/sessions/${session.id}`).send(session)
  })

  app.get('/api/sessions', {
    schema: {
      summary: 'Sessions, newest first, each with its last message',
      querystring: z.object({ projectId: z.string().optional(), cursor: z.string().optional(), limit: Limit }),
      response: { 200: SessionsPage },
    },
  }, async ({ account, query }) => {
    const page = await sessions.list(account.tenant, query)
    return { ...page, sessions: await marks.show(account, page.sessions) }
  })

  app.get('/api/history', {
    schema: {
      summary: 'Newest messages by session, and by day inside it',
      querystring: z.object({
        projectId: z.string().optional(),
        cursor: z.string().optional(),
        limit: z.coerce.number().int().min(1).max(20).default(10),
        timeZone: z.string().refine(isTimeZone, 'must be the name of a time zone, like Europe/Berlin').default('UTC'),
      }),
      response: { 200: HistoryPage },
    },
  }, request => recent.page(request.account.tenant, request.query))

  app.get('/api/sessions/:id', { schema: { summary: 'One session', params: Params, response: { 200: Session } } },
    async request => asSeen(request, await sessions.get(keyOf(request))))

  app.patch('/api/sessions/:id', { schema: { summary: 'Rename a session, mark it, choose who answers it, or go to another version of its conversation', params: Params, body: UpdateSession, response: { 200: Session } } }, async (request) => {
    const session = keyOf(request)
    await sessions.get(session) // or there is nothing to change
    if (request.body.branch !== undefined)
      await chooseBranch(session, request.body.branch)
    const choice = choiceOf(request.body)
    if (choice) {
      await offers.require(choice)
      await sessions.choose(session, choice)
    }
    const { title, pinned, archived, unread } = request.body
    const changed = title === undefined ? await sessions.get(session) : await sessions.rename(session, title)
    if (pinned !== undefined || archived !== undefined || unread !== undefined)
      await marks.set(request.account, changed, { pinned, archived, unread })
    return asSeen(request, changed)
  })

  app.delete('/api/sessions/:id', { config: { audit: 'session_deleted', takesLong: true, notes: { responses: { 204: { description: 'Gone, with everything in it' } } } }, schema: { summary: 'Delete a session with everything in it; with unchangedSince, its updatedAt as it was seen, 409 where a person wrote in it since', params: Params, querystring: UnchangedSince } }, async (request, reply) => {
    await remove(keyOf(request), request.query.unchangedSince ?? null)
    return reply.code(204).send()
  })

  // A path of its own: a message's own path cancels what waits, and stays a 409 for what runs or has run.
  app.delete('/api/sessions/:id/turns/:msgId', {
    config: { audit: 'turn_deleted', notes: { responses: { 204: { description: 'Gone, with its answers and their files; the agent goes on without it, and without what followed on it' } } } },
    schema: { summary: 'Delete a message that was answered, with its answers; 409 while the agent is at work; with unchangedSince, its session’s updatedAt as it was seen, 409 where it has another version or answer since', params: z.object({ id: z.string(), msgId: z.string() }), querystring: UnchangedSince },
  }, async ({ account, params, query }, reply) => {
    await removeTurn({ tenant: account.tenant, id: params.id }, params.msgId, query.unchangedSince ?? null)
    return reply.code(204).send()
  })

  app.get('/api/sessions/:id/messages', {
    serializerCompiler: asItIs,
    schema: {
      summary: 'A page of messages, ascending; the newest by default',
      params: Params,
      querystring: z.object({ limit: Limit, before: Sequence, after: Sequence, tools: ShownTools.default('whole') }),
      response: { 200: MessagesPage },
    },
  }, async (request) => {
    if (request.query.before !== undefined && request.query.after !== undefined)
      throw refusal(400, 'invalid_request', 'Ask for the page before a message or after one, not both.')
    return history.page(keyOf(request), request.query)
  })

  app.get('/api/sessions/:id/messages/:msgId', {
    schema: { summary: 'All of one message; a page cuts texts that are very long', params: Params.extend({ msgId: z.string() }), response: { 200: Message } },
  }, request => history.message(keyOf(request), request.params.msgId))

  app.get('/api/sessions/:id/messages/:msgId/parts/:partId', {
    schema: { summary: 'All of one part of a message', params: Params.extend({ msgId: z.string(), partId: z.string() }), response: { 200: OnePart } },
  }, async request => ({ part: await history.part(keyOf(request), request.params.msgId, request.params.partId) }))

  app.get('/api/sessions/:id/messages/:msgId/attachments', {
    schema: { summary: 'The attachments of a message', params: Params.extend({ msgId: z.string() }), response: { 200: MessageAttachments } },
  }, async request => ({ attachments: await attachments.listOfMessage(keyOf(request), request.params.msgId) }))

  app.get('/api/sessions/:id/attachments', {
    schema: {
      summary: 'All attachments of a session, in the order of its messages',
      params: Params,
      querystring: z.object({ cursor: z.string().optional(), limit: Limit }),
      response: { 200: AttachmentsPage },
    },
  }, request => attachments.listOfSession(keyOf(request), request.query))
}

/** A page holds thousands of values, each made by this server for its field: to check them takes longer than to read them. */
const asItIs = () => (page: unknown) => JSON.stringify(page)

/** Of a session, in the tenant of whoever asks: another tenant's is as if it were not there. */
const keyOf = ({ account, params }: Pick<FastifyRequest, 'account'> & { params: { id: string } }): SessionKey =>
  ({ tenant: account.tenant, id: params.id })

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format()
    return true
  }
  catch (error) {
    if (error instanceof RangeError)
      return false
    throw error
  }
}
