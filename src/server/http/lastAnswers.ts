import type { FastifyInstance } from 'fastify'

/**
 * A server that closes lets go of connections that are idle then. One that was just being answered would
 * stay open for another request, which never comes, and hold up the end for more than a minute.
 */
export function letGoAfterLastAnswers(app: FastifyInstance) {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onResponse', async () => {
    if (isClosing)
      setImmediate(() => app.server.closeIdleConnections()) // not idle before this answer is done with
  })
}
