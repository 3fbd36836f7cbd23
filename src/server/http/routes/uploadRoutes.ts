import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { LIMITS } from '../../../shared/attachments.ts'
import { UploadsReply, type Upload } from '../../../shared/protocol/rest.ts'
import { ProblemError, refusal, storageProblem } from '../../errors/problems.ts'
import type { UploadRow } from '../../storage/database/database.ts'
import { attachmentUrl } from '../../storage/rows/messageRows.ts'
import type { IncomingFile, Uploads } from '../../attachments/uploads.ts'
import { formParts } from '../multipart.ts'
import type { RouteNotes } from '../openApi.ts'

/** Files that come before their message; each file goes to the store while it is read. */
export const uploadRoutes: FastifyPluginAsyncZod<{ uploads: Uploads }> = async (app, { uploads }) => {
  for (const url of ['/api/uploads', '/api/uploads/messageAttachment']) {
    app.post(url, { config: { notes: NOTES, takesLong: true }, schema: { summary: 'Upload images and PDFs for a message that is sent within a day', response: { 201: UploadsReply } } }, async (request, reply) => {
      const rows = await receive(request)
      if (!rows.length)
        throw refusal(400, 'invalid_request', 'There is no file in the form. Send it in the field “files”.')
      return reply.code(201).send({ uploads: rows.map(toUpload) })
    })
  }

  async function receive(request: FastifyRequest) {
    try {
      return await uploads.receive(request.account, filesOf(request))
    }
    catch (error) {
      if (error instanceof ProblemError || (error instanceof Error && 'statusCode' in error)) // the form's own
        throw error
      request.log.error(error, 'an upload was not saved')
      throw new ProblemError(storageProblem(error))
    }
  }
}

const NOTES: RouteNotes = { form: { files: { type: 'array', items: { type: 'string', format: 'binary' } } } }

async function* filesOf(request: FastifyRequest): AsyncGenerator<IncomingFile> {
  let count = 0
  for await (const part of formParts(request)) {
    if (!('file' in part))
      continue
    if (++count > LIMITS.filesPerUpload)
      throw refusal(413, 'body_too_large', `One request takes ${LIMITS.filesPerUpload} files. Upload the others in a second one.`)
    yield part.file
  }
}

const toUpload = (row: UploadRow): Upload => ({
  id: row.id,
  url: attachmentUrl(row.id),
  name: row.filename,
  type: row.mime_type,
  size: row.size,
  sha256: row.sha256,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
})
