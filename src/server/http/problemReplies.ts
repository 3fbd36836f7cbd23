import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Problem } from '../../shared/protocol/problem.ts'
import { mismatchText, problem, ProblemError, unexpectedProblem } from '../errors/problems.ts'

/** The framework's own refusals, in our words. Its messages name its own parts. */
const FRAMEWORK: Record<string, Problem> = {
  FST_ERR_CTP_BODY_TOO_LARGE: problem(413, 'body_too_large', 'The body of the request is too large.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: problem(415, 'unsupported_media_type', 'The body must be JSON: Content-Type application/json.'),
  FST_ERR_CTP_INVALID_JSON_BODY: problem(400, 'invalid_json', 'The body is not valid JSON.'),
  FST_ERR_CTP_EMPTY_JSON_BODY: problem(400, 'invalid_json', 'The body is empty, but should be JSON.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: problem(400, 'invalid_request', 'The body does not have the length that was announced.'),
  FST_PARTS_LIMIT: problem(413, 'body_too_large', 'The form has too many parts.'),
  FST_FIELDS_LIMIT: problem(413, 'body_too_large', 'The form has too many fields.'),
  FST_FILES_LIMIT: problem(413, 'body_too_large', 'The form has too many files.'),
  FST_PROTO_VIOLATION: problem(400, 'invalid_request', 'The form has a field of a name that cannot be.'),
  FST_MP_PREMATURE_CLOSE: problem(400, 'invalid_request', 'The form ended before it was complete.'),
  FST_INVALID_MULTIPART_CONTENT_TYPE: problem(415, 'unsupported_media_type', 'The body must be a form: Content-Type multipart/form-data.'),
  FST_INVALID_JSON_FIELD_ERROR: problem(400, 'invalid_json', 'A field of the form is not valid JSON.'),
  FST_ERR_BAD_URL: problem(400, 'invalid_request', 'The address is not valid.'),
}

/** Everything that is refused or fails leaves as RFC 9457 `application/problem+json`. */
export function replyWithProblems(app: FastifyInstance) {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const reason = toProblem(error)
    if (reason.status >= 500)
      request.log.error(error, 'a request failed')
    return sendProblem(request, reply, reason)
  })
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, reason: Problem) {
  if (reason.retryAfter !== undefined)
    reply.header('retry-after', reason.retryAfter)
  reply.problemCode = reason.code
  stopReading(request, reply, reason)
  return reply.code(reason.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body)) // not the schema of the route's own answer
    .send({ ...reason, requestId: request.id })
}

/**
 * What is too large, or of no use, is not read to its end only to be thrown away. Nor is the rest of a form that was
 * refused in its middle: nobody would read it any more, and the connection would wait for that for ever.
 */
function stopReading({ raw }: FastifyRequest, reply: FastifyReply, { status }: Problem) {
  const isBegun = raw.readableFlowing !== null
  if (raw.complete || !(isBegun || status === 413 || status === 415))
    return
  raw.unpipe()
  raw.pause()
  reply.header('connection', 'close')
}

/** What cannot become a request: headers that are too large or too slow, or no HTTP at all. */
const UNREADABLE: Record<string, Problem> = {
  HPE_HEADER_OVERFLOW: problem(431, 'invalid_request', 'The headers of the request are too large.'),
  ERR_HTTP_REQUEST_TIMEOUT: problem(408, 'request_timeout', 'The request did not come in time.'),
}

/** Answers where there is no request yet. */
export function replyToUnreadable(error: NodeJS.ErrnoException, socket: Socket) {
  if (!socket.writable)
    return
  const reason = UNREADABLE[error.code ?? ''] ?? problem(400, 'invalid_request', 'This is not a request that the server can read.')
  const body = JSON.stringify({ ...reason, requestId: randomUUID() })
  socket.end(`HTTP/1.1 ${reason.status} ${reason.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`)
}

function mismatch(issue: { instancePath: string, message?: string } | undefined): Problem {
  const place = issue?.instancePath.replace(/^\//, '').replaceAll('/', '.')
  return problem(400, 'invalid_request', mismatchText('The request', place, issue?.message))
}

function toProblem(error: FastifyError): Problem {
  if (error instanceof ProblemError)
    return error.problem
  if (hasZodFastifySchemaValidationErrors(error))
    return mismatch(error.validation[0])
  const known = FRAMEWORK[error.code]
  if (known)
    return known
  const status = error.statusCode ?? 500
  return status >= 400 && status < 500
    ? problem(status, 'invalid_request', 'The server cannot take this request.')
    : unexpectedProblem(error)
}
