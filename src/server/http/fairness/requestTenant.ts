import type { FastifyInstance } from 'fastify'
import { onBehalfOf } from '../../identity/onBehalf.ts'

/** What a request does from here on is done for its tenant. */
export function workForTenants(app: FastifyInstance) {
  app.addHook('preHandler', ({ identity }, _reply, done) => {
    if (identity as unknown)
      onBehalfOf(identity.account.tenant, done)
    else
      done()
  })
}
