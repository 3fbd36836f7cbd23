import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { isImageMimeType, TEXT_TYPE } from '../../../shared/attachments.ts'
import { CreateLink, SignedLink } from '../../../shared/protocol/rest.ts'
import type { Attachments, StoredFile } from '../../attachments/attachments.ts'
import { errorCode, refusal, RETRY_S } from '../../errors/problems.ts'
import type { BlobStore, ByteRange } from '../../storage/blobs/blobStore.ts'
import { attachmentUrl } from '../../storage/rows/messageRows.ts'
import type { SignedLinks } from '../../accounts/signedLinks.ts'
import { parseRange } from '../byteRange.ts'
import type { RouteNotes } from '../openApi.ts'
import { downloadLimit } from '../rateLimits.ts'
import { contentDisposition } from '../contentDisposition.ts'

const Params = z.object({ id: z.string() })
const Link = z.object({ expires: z.coerce.number(), signature: z.string() })

/** The bytes of what was attached or uploaded, streamed from the store. */
export const attachmentRoutes: FastifyPluginAsyncZod<{ attachments: Attachments, blobs: BlobStore, links: SignedLinks, rateLimit?: number }> = async (app, { attachments, blobs, links, rateLimit }) => {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/attachments/:id',
    config: { isSigned, notes: NOTES, ...rateLimit && { rateLimit: downloadLimit(rateLimit) } },
    schema: {
      summary: 'The bytes of an attachment or an upload, or a range of them',
      params: Params,
      querystring: z.object({ download: z.string().optional(), expires: z.string().optional(), signature: z.string().optional() }),
    },
    async handler(request, reply) {
      const signed = isSigned(request)
      const attachment = await (signed ? attachments.findSigned(request.params.id) : attachments.find(request.account.tenant, request.params.id))
      const etag = `"${attachment.sha256}"`
      const describe = () => {
        describeTo(reply, attachment, etag, request.query.download !== undefined)
        if (signed) // kept no longer than it works
          reply.header('cache-control', 'private, no-store')
      }
      if (matches(request.headers['if-none-match'], etag)) {
        describe()
        return reply.code(304).send()
      }

      const ifRange = request.headers['if-range']
      const isCurrent = ifRange === undefined || ifRange === etag
      const range = isCurrent ? parseRange(request.headers.range, attachment.size) : undefined
      if (range === 'unsatisfiable') {
        reply.header('content-range', `bytes */${attachment.size}`)
        throw refusal(416, 'range_not_satisfiable', `The attachment has ${attachment.size} bytes.`)
      }

      // Opened before anything is said about it: a refusal must not carry the headers of a file.
      const bytes = request.method === 'HEAD' ? undefined : await openBytes(blobs, attachment, range)
      describe()
      if (range)
        reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${attachment.size}`)
      return reply.header('content-length', range ? range.end - range.start + 1 : attachment.size).send(bytes)
    },
  })

  app.post('/api/attachments/:id/url', { config: { audit: 'link_made' }, schema: { summary: 'A link that works without a key for a while', params: Params, body: CreateLink.nullish(), response: { 200: SignedLink } } }, async (request) => {
    const { id } = await attachments.find(request.account.tenant, request.params.id)
    const { expiresIn, download } = CreateLink.parse(request.body ?? {})
    const expires = Date.now() + expiresIn * 1000
    const query = new URLSearchParams({ ...download && { download: '1' }, expires: String(expires), signature: links.sign(id, expires) })
    return { url: `${attachmentUrl(id)}?${query}`, expiresAt: new Date(expires).toISOString() }
  })

  app.delete('/api/attachments/:id', { config: { audit: 'attachment_deleted', notes: { responses: { 204: { description: 'Gone' } } } }, schema: { summary: 'Delete an attachment or an upload', params: Params } }, async (request, reply) => {
    await attachments.remove(request.account.tenant, request.params.id)
    return reply.code(204).send()
  })

  /** @throws where the link is over, or was changed: then it is the link that is wrong, whoever asks */
  function isSigned(request: FastifyRequest): boolean {
    const { success, data } = Link.safeParse(request.query)
    if (!success)
      return false
    const { id } = request.params as z.output<typeof Params>
    if (!links.holds(id, data.expires, data.signature))
      throw refusal(403, 'link_expired', 'This link does not work any more, or not as a whole. Ask for a new one.')
    return true
  }
}

const BYTES = { '*/*': { schema: { type: 'string', format: 'binary' } } }
const NOTES: RouteNotes = {
  responses: { 200: { description: 'All of it', content: BYTES }, 206: { description: 'The range', content: BYTES }, 304: { description: 'What you have is it' } },
}

/** Whatever it says it is, it runs nowhere: its own origin is taken away, and only pictures and plain text are shown in place. */
export function describeTo(reply: FastifyReply, { filename, mime_type }: StoredFile, etag: string, download: boolean) {
  const shown = !download && (isImageMimeType(mime_type) || mime_type === TEXT_TYPE)
  reply.headers({
    'content-type': mime_type === TEXT_TYPE ? `${TEXT_TYPE}; charset=utf-8` : mime_type,
    'content-disposition': contentDisposition(shown ? 'inline' : 'attachment', filename),
    'content-security-policy': 'sandbox; default-src \'none\'',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=31536000, immutable',
    'accept-ranges': 'bytes',
    etag,
  })
}

/** RFC 9110: a list of tags, weak ones count as equal. */
export function matches(header: string | undefined, etag: string) {
  return header?.split(',').map(tag => tag.trim().replace(/^W\//, '')).some(tag => tag === '*' || tag === etag) ?? false
}

const openBytes = (blobs: BlobStore, { storage_path }: StoredFile, range?: ByteRange): Promise<Readable> =>
  reading(() => blobs.stream(storage_path, range))

/** @throws a problem where the bytes are gone, or cannot be reached now */
export async function reading<Bytes>(read: () => Promise<Bytes>): Promise<Bytes> {
  try {
    return await read()
  }
  catch (error) {
    if (errorCode(error) === 'ENOENT')
      throw refusal(404, 'attachment_missing', 'The bytes of this attachment are not on the server any more.')
    if (errorCode(error) === 'EUNAVAILABLE')
      throw Object.assign(refusal(503, 'storage_unavailable', 'The server cannot reach its storage at the moment. Try again in a while.', { retryAfter: RETRY_S }), { cause: error })
    throw error
  }
}
