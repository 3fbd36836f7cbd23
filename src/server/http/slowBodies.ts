import type { FastifyInstance, FastifyRequest } from 'fastify'
import { problem } from '../errors/problems.ts'
import { sendProblem } from './problemReplies.ts'

/** Milliseconds for the headers of a request, from when the connection is made. */
const HEADERS_MS = 30_000
/** Milliseconds for the body of a request of which nobody knows who makes it. */
const STRANGERS_MS = 45_000
/** For the body of a request with an account: a message of 48 MiB over a connection of half a megabit. */
const ACCOUNTS_MS = 15 * 60_000

/** How Node ends connections on which nothing is asked: who says nothing, or never finishes what it says. It looks six times in that time. */
export const slowHeadersEnd = (headersMs = HEADERS_MS) => ({ headersTimeout: headersMs, connectionsCheckingInterval: headersMs / 6 })

/** Ends requests whose body does not come: whoever drips it byte by byte holds a connection for as long, and no longer. */
export function endSlowBodies(app: FastifyInstance, { strangersMs = STRANGERS_MS, accountsMs = ACCOUNTS_MS } = {}) {
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request
    const hasBody = raw.headers['content-length'] !== undefined || raw.headers['transfer-encoding'] !== undefined
    if (!hasBody)
      return done()

    let timer = setTimeout(() => {
      if (!isKnown(request))
        return end()
      timer = setTimeout(end, accountsMs - strangersMs)
    }, strangersMs)
    raw.once('end', () => clearTimeout(timer))
    raw.once('close', () => clearTimeout(timer))
    done()

    function end() {
      if (reply.sent) {
        raw.destroy()
        return
      }
      reply.raw.once('finish', () => raw.destroy())
      void sendProblem(request, reply.header('connection', 'close'), problem(408, 'request_timeout', 'The body of the request did not come in time.'))
    }
  })
}

/** Open routes are for strangers, whoever asks. */
const isKnown = ({ identity, routeOptions }: FastifyRequest) => !routeOptions.config.open && (identity as unknown) !== undefined
