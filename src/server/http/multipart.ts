import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { formatBytes, LIMITS } from '../../shared/attachments.ts'
import { refusal } from '../errors/problems.ts'
import type { IncomingFile } from '../attachments/uploads.ts'

/** Sizes are looked at by whoever reads the parts: the limit of one route is not that of another. */
export async function acceptForms(app: FastifyInstance) {
  await app.register(multipart, {
    preservePath: true, // a name is shown as it was; where it would matter it is made safe
    limits: {
      fileSize: Infinity,
      fieldSize: LIMITS.messageTextBytes,
      fieldNameSize: 100,
      fields: 200,
      files: LIMITS.attachmentsPerMessage + 1, // so that the refusal can be about attachments
      parts: 400,
      headerPairs: 100,
    },
  })
}

/** As RFC 2046 has it. The parser takes an empty one, with which every pair of dashes is the end of a part. */
const BOUNDARY = /;\s*boundary=(?:"[^"]{1,70}"|[^\s";]{1,70})\s*(?:;|$)/i

export type FormPart =
  | { name: string, value: string }
  | { name: string, file: IncomingFile }

/** The one field that may be long. */
export const TEXT_FIELD = 'content'

/** The parts in their order, one at a time: the next comes when a file was read to its end. @throws a problem for what is not a whole form */
export async function* formParts(request: FastifyRequest): AsyncGenerator<FormPart> {
  if (request.isMultipart() && !BOUNDARY.test(request.headers['content-type'] ?? ''))
    throw refusal(400, 'invalid_request', 'The form does not say what is between its parts: a boundary of 1 to 70 characters.')
  const fields = createFieldBudget()
  for await (const part of asProblems(request.parts())) {
    if (part.type === 'file') {
      yield { name: part.fieldname, file: toIncomingFile(part) }
      continue
    }
    const value = typeof part.value === 'string' ? part.value : JSON.stringify(part.value)
    if (part.valueTruncated)
      throw tooLarge(part.fieldname)
    fields.take(part.fieldname, Buffer.byteLength(value))
    yield { name: part.fieldname, value }
  }
}

const tooLarge = (field: string) => field === TEXT_FIELD
  ? refusal(413, 'text_too_large', `The text has more than the ${formatBytes(LIMITS.messageTextBytes)} that are possible. Send it as a text file instead.`)
  : refusal(413, 'body_too_large', `The field “${field}” is too large.`)

/** What the fields of one form may hold: the parser bounds each of them, and nothing all of them. */
function createFieldBudget() {
  let left = LIMITS.formFieldsBytes

  return {
    /** @throws a 413 */
    take(name: string, bytes: number) {
      left -= bytes
      if (name !== TEXT_FIELD && bytes > LIMITS.formFieldBytes)
        throw tooLarge(name)
      if (left < 0)
        throw refusal(413, 'body_too_large', 'The fields of the form are too large together.')
    },
  }
}

const toIncomingFile = ({ filename, mimetype, file }: MultipartFile): IncomingFile =>
  ({ filename: decodeFilename(filename ?? ''), mimeType: mimetype, content: asProblems(file as AsyncIterable<Buffer>) })

/** What the parser throws is about the form; the framework's own errors say so themselves. */
async function* asProblems<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items
  }
  catch (error) {
    throw error instanceof Error && 'statusCode' in error ? error : Object.assign(refusal(400, 'invalid_request', 'The form is damaged, or ended before it was complete.'), { cause: error })
  }
}

/** HTML: browsers escape just these three in a name. */
const decodeFilename = (name: string) => name.replace(/%22|%0D|%0A/gi, decodeURIComponent) || 'file'
