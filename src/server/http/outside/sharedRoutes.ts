import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { History } from '../../sessions/history.ts'
import type { Sessions } from '../../sessions/sessions.ts'
import { repliesIn, type ShownReply } from '../../sessions/shownReplies.ts'
import type { SharedLinks } from '../../sharing/sharedLinks.ts'
import type { BlobStore } from '../../storage/blobs/blobStore.ts'
import { describeTo, reading } from '../routes/attachmentRoutes.ts'
import { htmlPage, PAGE_POLICY } from './html.ts'
import { textsOfPage } from './readersMarkdown.ts'
import { replyLine, sharedMessage } from './sharedMessage.ts'

/** Messages of a page, and bytes of their texts: some milliseconds of work. */
const MESSAGES = 50
const PAGE_BYTES = 256 * 1024

const Params = z.object({ token: z.string().max(200) })
const HEADERS = { 'x-robots-tag': 'noindex, nofollow', 'referrer-policy': 'no-referrer', 'cache-control': 'private, no-store' }

/** What a link shows to people outside: one conversation, to read. They have no account, and reach nothing else. */
export const sharedRoutes: FastifyPluginAsyncZod<{ sharedLinks: SharedLinks, sessions: Sessions, history: History, blobs: BlobStore }> = async (app, { sharedLinks, sessions, history, blobs }) => {
  const sendPage = (reply: FastifyReply, status: number, page: Parameters<typeof htmlPage>[0]) =>
    reply.code(status).headers({ ...HEADERS, 'content-security-policy': PAGE_POLICY }).type('text/html; charset=utf-8').send(htmlPage(page))

  /** Who tries tokens is counted as who tries keys. */
  function sendOver(request: FastifyRequest, reply: FastifyReply) {
    app.countWrongKey?.(request)
    return sendPage(reply, 404, { title: 'This link does not work any more', about: 'It has ended, or was taken back. Ask whoever gave it to you for a new one.', body: '' })
  }

  async function pageOf(session: SessionKey, token: string, after: number) {
    const { title } = await sessions.get(session)
    const { messages, hasMore } = await history.page(session, { limit: MESSAGES, after, bytes: PAGE_BYTES })
    const at = `/shared/${encodeURIComponent(token)}`
    const words = textsOfPage()
    const replies = await repliesIn(history, session, messages)
    const shown = new Set(messages.map(({ id }) => id))
    const placeOf = ({ id, sequence }: ShownReply) => `${shown.has(id) || !sequence ? '' : `${at}?after=${sequence - 1}`}#${encodeURIComponent(id)}`
    const next = hasMore ? `<nav aria-label="Pages"><a href="${at}?after=${messages.at(-1)?.sequence ?? after}">Later messages</a></nav>` : ''
    return { title, about: 'A conversation with an agent, to read', body: messages.map(message => sharedMessage(message, { filesAt: `${at}/files/`, words, reply: replyLine(replies.get(message.id), placeOf) })).join('\n') + next }
  }

  app.get('/shared/:token', {
    exposeHeadRoute: false,
    config: { open: true },
    schema: { params: Params, querystring: z.object({ after: z.coerce.number().int().min(0).default(0) }) },
  }, async (request, reply) => {
    const { token } = request.params
    const session = await sharedLinks.find(token)
    if (!session)
      return sendOver(request, reply)
    return sendPage(reply, 200, await pageOf(session, token, request.query.after))
  })

  app.get('/shared/:token/files/:fileId', {
    exposeHeadRoute: false,
    config: { open: true },
    schema: { params: Params.extend({ fileId: z.string().max(200) }) },
  }, async (request, reply) => {
    const session = await sharedLinks.find(request.params.token)
    const file = session && await sharedLinks.findFile(session, request.params.fileId)
    if (!file)
      return sendOver(request, reply)
    const bytes = await reading(() => blobs.stream(file.storage_path))
    describeTo(reply, file, `"${file.sha256}"`, false)
    return reply.headers(HEADERS).removeHeader('accept-ranges').header('content-length', file.size).send(bytes)
  })
}
