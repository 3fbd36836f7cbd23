import type { Problem } from '../../shared/protocol/problem.ts'
import { problem } from '../errors/problems.ts'

/** Why a turn is aborted that nobody has stopped. */
export const SERVER_STOPS = new Error('the server stops')

/** A turn that the end of the server cut off, whether it was told to end or killed. */
export const interrupted = (): Problem =>
  problem(503, 'interrupted', 'The server was restarted while the agent was answering. Try it again to get a whole answer.')
