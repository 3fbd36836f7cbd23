import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { LIMITS } from '../../../shared/attachments.ts'
import { PartAnswer } from '../../../shared/protocol/parts.ts'
import { OnePart, PostedMessage, PostMessage } from '../../../shared/protocol/rest.ts'
import type { Messages } from '../../messages/messages.ts'
import type { Sessions } from '../../sessions/sessions.ts'
import { keyText, type SessionKey } from '../../identity/sessionKey.ts'
import { createFirstRequests, readIdempotencyKey, sameKey } from '../idempotency.ts'
import { readMessage } from './messageBody.ts'
import type { RouteNotes } from '../openApi.ts'
import type { Shares } from '../../queues/shares.ts'
import { createTurnStreams } from './turnStream.ts'
import type { Answering } from '../../turns/asking/answering.ts'
import type { TurnFollower } from '../../turns/follow.ts'
import type { AskAgain } from '../../messages/askAgain.ts'

const AnswerParams = z.object({ id: z.string(), msgId: z.string(), partId: z.string() })

/** Sends to sessions that are there. What a message means is decided in `messages.ts`, as for the socket. */
export const messageRoutes: FastifyPluginAsyncZod<{ messages: Messages, sessions: Sessions, follower: TurnFollower, askAgain: AskAgain, answering: Answering, shares: Shares, onCutOff: (listener: () => void) => void }> = async (app, { messages, sessions, follower, askAgain, answering, shares, onCutOff }) => {
  const firstRequests = createFirstRequests()
  const streams = createTurnStreams(follower)
  app.addHook('preClose', async () => streams.close())
  onCutOff(streams.close)
  const endLarge = new WeakMap<FastifyRequest, () => void>()

  /** A large body is not even read before it is its account's turn. */
  async function takeLarge(request: FastifyRequest, reply: FastifyReply, payload: RequestPayload) {
    const announced = request.headers['content-length']
    if (announced !== undefined && Number(announced) < LIMITS.binaryFrameBytes)
      return payload
    const end = await shares.takeLarge(request.account)
    endLarge.set(request, end)
    reply.raw.once('close', end)
    if (request.raw.socket.destroyed)
      end()
    return payload
  }

  app.post('/api/sessions/:id/messages', {
    bodyLimit: LIMITS.frameBytes,
    preParsing: takeLarge,
    async onSend(request) { endLarge.get(request)?.() }, // a stream of the answer may last for long
    config: { notes: NOTES, takesLong: true },
    // A form is read while it comes: there is no body yet.
    schema: { summary: 'Send a message: 202, or its turn as server-sent events where the request accepts text/event-stream', params: z.object({ id: z.string() }), body: PostMessage.nullish(), response: { 202: PostedMessage } },
  }, async (request, reply) => {
    const session: SessionKey = { tenant: request.account.tenant, id: request.params.id }
    await sessions.get(session)
    const isStream = request.headers.accept?.includes('text/event-stream')
    const share = isStream ? shares.takeSocket(request.account) : undefined
    reply.raw.once('close', () => share?.release())
    const key = readIdempotencyKey(request.headers)
    const accepted = await firstRequests.run(key && `${keyText(session)}/${key}`, async () => {
      const body = await readMessage(request)
      return messages.accept(request.account, {
        ...body,
        clientMessageId: sameKey(key, body.clientMessageId),
        sessionId: session.id,
        intoExistingSession: true,
      })
    })
    if (isStream)
      return streams.send(reply, session, accepted, readLastEventId(request.headers['last-event-id']))
    return reply.code(202).send({ message: accepted.message })
  })

  app.post('/api/sessions/:id/messages/:msgId/parts/:partId/answer', {
    schema: { summary: 'Answer a question or a permission that waits; the first answer counts', params: AnswerParams, body: PartAnswer, response: { 200: OnePart } },
  }, async ({ account, params, body }) =>
    ({ part: await answering.answer(account, { sessionId: params.id, messageId: params.msgId, partId: params.partId }, body) }))

  app.post('/api/sessions/:id/messages/:msgId/retry', {
    schema: {
      summary: 'Ask the agent the same once more, as another version where it was answered: 202, or 409 while it is being answered',
      params: z.object({ id: z.string(), msgId: z.string() }),
      response: { 202: PostedMessage },
    },
  }, async ({ account, params }, reply) => {
    const session: SessionKey = { tenant: account.tenant, id: params.id }
    await sessions.get(session)
    return reply.code(202).send({ message: await askAgain(account, session, params.msgId) })
  })
}

const NOTES: RouteNotes = {
  form: {
    content: { type: 'string' },
    files: { type: 'array', items: { type: 'string', format: 'binary' }, description: 'Images, PDFs and text files' },
    _charset_: { type: 'string', description: 'The encoding of the text files after it; otherwise it is guessed' },
    caption: { type: 'string', description: 'What is to be said of the picture after it' },
    workspaceFiles: { type: 'array', items: { type: 'string', format: 'binary' }, description: 'Files of any type, up to 25 MB each: they lie in the agent\'s workspace, and are named to it' },
    uploadIds: { type: 'array', items: { type: 'string' } },
    attachmentIds: { type: 'array', items: { type: 'string' }, description: 'Attachments that are stored already: they are attached once more' },
    attachmentPlaces: { type: 'array', items: { type: 'integer' }, description: 'Where each of these stands among all attachments of the message, from 0; without it before the others' },
    replaces: { type: 'string', description: 'The message that this one stands for' },
    restoreFiles: { type: 'string', enum: ['true', 'false'], description: 'Whether the agent\'s folder is put back as it was there' },
    model: { type: 'string', description: 'Who is to answer; empty: the default' },
    effort: { type: 'string' },
    clientMessageId: { type: 'string' },
  },
  headers: [
    { name: 'idempotency-key', description: 'The same thing as clientMessageId, of one user in one session: the same key with the same body is the same message; 422 with another body or of another user; 410 for 30 days where the message was cancelled, replaced or deleted' },
    { name: 'last-event-id', description: 'Of a stream that was cut off: what followed comes' },
  ],
  responses: {
    200: {
      description: 'The turn, as it happens: message_accepted, turn_started (its message holds what was said before one listened), part_added, part_updated, part_removed, text_delta, turn_failed, message_completed',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
  },
}

const readLastEventId = (header: string | string[] | undefined) =>
  typeof header === 'string' && /^\d{1,16}$/.test(header) ? Number(header) : undefined
