import type { FastifyBaseLogger } from 'fastify'
import { AgentError } from '../agents/agent.ts'
import { problem, ProblemError } from '../errors/problems.ts'
import type { Outcome } from './answers.ts'

/** Told while the database does not take an answer. */
export const NOT_SAVED = { type: 'notice', id: 'not-saved', code: 'not_saved_yet', text: 'The server has no room for this answer, or cannot reach its storage. It keeps the answer and tries again.' } as const

/** Why a turn ended, as a person reads it. */
export function failure(error: unknown, log: FastifyBaseLogger): Outcome {
  if (error instanceof ProblemError)
    return { status: 'failed', problem: error.problem }
  if (error instanceof AgentError) {
    log.warn(error, 'the agent did not answer')
    return { status: 'failed', problem: problem(502, error.code, error.message, { filename: error.filename }) }
  }
  log.error(error, 'a turn failed')
  return { status: 'failed', problem: problem(500, 'internal_error', 'The agent stopped because of an error in the server.') }
}
