import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { isImageMimeType, TEXT_TYPE } from '../../shared/attachments.ts'
import { errorCode, refusal } from '../problems.ts'
import { getAttachment } from '../storage/attachmentRows.ts'
import { noSuchAttachment } from '../storage/attachmentStorage.ts'
import type { BlobStore, ByteRange } from '../storage/blobStore.ts'
import type { AttachmentRow, Database } from '../storage/database.ts'
import { parseRange } from './byteRange.ts'
import { contentDisposition } from './contentDisposition.ts'

/** The bytes of what was attached, streamed from the store. */
export const attachmentRoutes: FastifyPluginAsyncZod<{ database: Database, blobs: BlobStore }> = async (app, { database, blobs }) => {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/attachments/:id',
    schema: {
      params: z.object({ id: z.string() }),
      querystring: z.object({ download: z.string().optional() }),
    },
    async handler(request, reply) {
      const attachment = await getAttachment(database, request.account.tenant, request.params.id)
      if (!attachment)
        throw noSuchAttachment()

      const etag = `"${attachment.sha256}"`
      const describe = () => describeTo(reply, attachment, etag, request.query.download !== undefined)
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
}

/** Whatever it says it is, it runs nowhere: its own origin is taken away, and only pictures and plain text are shown in place. */
function describeTo(reply: FastifyReply, { filename, mime_type }: AttachmentRow, etag: string, download: boolean) {
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
function matches(header: string | undefined, etag: string) {
  return header?.split(',').map(tag => tag.trim().replace(/^W\//, '')).some(tag => tag === '*' || tag === etag) ?? false
}

async function openBytes(blobs: BlobStore, attachment: AttachmentRow, range?: ByteRange): Promise<Readable> {
  try {
    return await blobs.stream(attachment.storage_path, range)
  }
  catch (error) {
    if (errorCode(error) === 'ENOENT')
      throw refusal(404, 'attachment_missing', 'The bytes of this attachment are not on the server any more.')
    throw error
  }
}
