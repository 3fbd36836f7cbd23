import type { Problem } from '../../shared/protocol/problem.ts'
import { problem } from '../errors/problems.ts'

/** A turn that the end of the server cut off, whether it was told to end or killed. */
export const interrupted = (): Problem =>
  problem(503, 'interrupted', 'The server was restarted while the agent was answering. Try it again to get a whole answer.')
