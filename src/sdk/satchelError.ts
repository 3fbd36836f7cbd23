import type { Problem } from '../shared/protocol/problem.ts'

/** What the server refused, or why it could not be reached. */
export class SatchelError extends Error {
  /** Of HTTP; 0 where no answer came. */
  readonly status: number
  /** Stable, for programs: the problem's own, `network_error` where no answer came, `timeout` where none came in time, `unknown_error` for an answer that is no problem. */
  readonly code: string
  /** Names the request in the server's log. */
  readonly requestId?: string
  /** A sentence for a person. */
  readonly detail: string
  /** What the server answered (RFC 9457). */
  readonly problem?: Problem

  constructor({ status, code, detail, problem, cause }: { status: number, code: string, detail: string, problem?: Problem, cause?: unknown }) {
    super(detail, { cause })
    this.name = 'SatchelError'
    this.status = status
    this.code = code
    this.detail = detail
    this.problem = problem
    this.requestId = problem?.requestId
  }
}

export function networkError(cause: unknown): SatchelError {
  return new SatchelError({ status: 0, code: 'network_error', detail: 'The server could not be reached.', cause })
}

export function timeoutError(milliseconds: number): SatchelError {
  return new SatchelError({ status: 0, code: 'timeout', detail: `The server did not answer within ${milliseconds / 1000} s.` })
}

/** Also for an answer that is not the server's own, such as a proxy's page. */
export function errorOf(status: number, body: string, cause?: unknown): SatchelError {
  const problem = readProblem(body)
  return new SatchelError({
    status,
    code: problem?.code ?? 'unknown_error',
    detail: problem?.detail ?? `The server answered with status ${status}.`,
    problem,
    cause,
  })
}

function readProblem(body: string): Problem | undefined {
  try {
    const value: unknown = JSON.parse(body)
    const isProblem = typeof value === 'object' && value !== null && 'code' in value && 'detail' in value
    return isProblem ? value as Problem : undefined
  }
  catch {
    return undefined // a page, or nothing at all: the status says enough
  }
}
