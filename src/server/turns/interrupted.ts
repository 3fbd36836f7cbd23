import type { Problem } from '../../shared/protocol/problem.ts'
import { SERVER_STOPS } from '../agents/agent.ts'
import { problem, ProblemError } from '../errors/problems.ts'
import type { Outcome } from './answers.ts'

/** A turn that the end of the server cut off, whether it was told to end or killed. */
export const interrupted = (): Problem =>
  problem(503, 'interrupted', 'The server was restarted while the agent was answering. Try it again to get a whole answer.')

/** Where nobody stopped it, nobody is told that somebody did. */
export function outcomeOf(ended: Outcome, reason: unknown): Outcome {
  if (ended.status !== 'cancelled')
    return ended
  if (reason === SERVER_STOPS)
    return { status: 'failed', problem: interrupted() }
  return reason instanceof ProblemError ? { status: 'failed', problem: reason.problem } : ended
}
