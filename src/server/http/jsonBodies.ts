import type { FastifyInstance } from 'fastify'
import { refusal } from '../errors/problems.ts'
import { holdsTooManyValues } from '../inspection/counts.ts'

/** As the framework reads JSON, but not before it is known that it does not unfold to gigabytes of empty lists. */
export function readBoundedJson(app: FastifyInstance) {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (holdsTooManyValues(body))
      return done(refusal(413, 'body_too_large', 'The body holds far more values than any request needs.'))
    void parse(request, body.toString('utf8'), done)
  })
}
