import type { FastifyInstance } from 'fastify'

/** A connection whose last answer ends while the server is closing has nothing to wait for, though its client would keep it. */
export function letGoWhenClosing(app: FastifyInstance) {
  let closing = false
  app.addHook('preClose', async () => { closing = true })
  app.addHook('onResponse', async () => {
    if (closing)
      setImmediate(() => app.server.closeIdleConnections())
  })
}
