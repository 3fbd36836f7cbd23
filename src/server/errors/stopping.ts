import { problem, ProblemError } from './problems.ts'

/** What is told to whoever comes while the server stops. */
export const STOPPING = problem(503, 'shutting_down', 'The server is stopping. Try again in a moment.', { retryAfter: 1 })

export const stopping = (): ProblemError => new ProblemError(STOPPING)
