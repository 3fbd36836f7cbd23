import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Audit, AuditEntry } from './auditLog.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What is written down when it is done. */
    audit?: Exclude<AuditEntry['event'], 'refused'>
  }
  interface FastifyReply {
    /** Of the problem that it was refused with. */
    problemCode?: string
  }
}

const REFUSED = [401, 403, 429]

/** Somebody was not let do something, as opposed to having asked for what cannot be done. */
export const isRefusal = (status: number): boolean => REFUSED.includes(status)

/** Writes down who signed in and out, who was refused, what was deleted, and which links were made. */
export function auditRequests(app: FastifyInstance, audit: Audit) {
  app.addHook('onResponse', (request, reply, done) => {
    const { audit: event } = request.routeOptions.config
    const { statusCode: status } = reply
    if (event && status < 300)
      audit.write({ event, ...who(request) })
    else if (isRefusal(status))
      audit.write({ event: 'refused', status, code: reply.problemCode, route: `${request.method} ${request.routeOptions.url ?? ''}`, ...who(request) })
    done()
  })
}

function who(request: FastifyRequest) {
  const { identity, params } = request as FastifyRequest<{ Params: { id?: string } | undefined }> & { identity?: FastifyRequest['identity'] }
  return { ...identity?.account, id: params?.id?.slice(0, 200), address: request.ip, requestId: request.id }
}
