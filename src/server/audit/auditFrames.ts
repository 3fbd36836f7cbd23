import type { FastifyRequest } from 'fastify'
import type { Problem } from '../../shared/protocol/problem.ts'
import type { Audit } from './auditLog.ts'
import { isRefusal } from './auditRequests.ts'

/**
 * Writes down the frames of one connection that were refused: what could not be read, and what was not allowed. Of a
 * frame only its type, and of what could not be read nothing.
 */
export function auditFrames(audit: Audit, { identity, ip, id: requestId }: FastifyRequest) {
  const write = ({ status, code }: Problem, route: string) =>
    audit.write({ event: 'refused', status, code, route, ...identity.account, address: ip, requestId })

  return {
    unreadable: (problem: Problem) => write(problem, 'socket'),
    answered(problem: Problem, type: string) {
      if (isRefusal(problem.status))
        write(problem, `socket ${type}`)
    },
  }
}
