import type { FastifyInstance } from 'fastify'

/** Longer than the server's own patience with agents and browsers; what is left then hangs. */
const PATIENCE_MS = 10_000

/** The first signal finishes what is being written and leaves; the second leaves at once. */
export function exitOnSignals(app: FastifyInstance) {
  let leaving = false

  async function leave() {
    if (leaving)
      process.exit(1)
    leaving = true
    setTimeout(() => app.server.closeAllConnections(), PATIENCE_MS).unref()
    try {
      await app.close()
      process.exit(0)
    }
    catch (error) {
      app.log.error(error, 'the server did not stop cleanly')
      process.exit(1)
    }
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, leave)
}
