import { STATUS_CODES } from 'node:http'
import type { Problem } from '../../shared/protocol/problem.ts'

/** An expected refusal or failure, already in the words the person gets to read. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** `detail` must be a sentence for a person: no path, no stack, nothing of the machine. */
export function problem(status: number, code: string, detail: string, more: Partial<Problem> = {}): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, ...more }
}

export function refusal(status: number, code: string, detail: string, more?: Partial<Problem>): ProblemError {
  return new ProblemError(problem(status, code, detail, more))
}

/** To who may only read. */
export const onlyReads = (): ProblemError =>
  refusal(403, 'read_only', 'With this key you can read, and change nothing. Whoever runs this server can give you another one.')

/** Locked by another program, on a disk that fails, that was made read-only, or that is gone. */
const SQLITE_UNAVAILABLE = /^SQLITE_(?:BUSY|LOCKED|IOERR|READONLY|CANTOPEN)/

/** The disk or the database cannot be reached now, and may be again. */
export const isUnavailable = (error: unknown): boolean => errorCode(error) === 'EUNAVAILABLE' || SQLITE_UNAVAILABLE.test(errorCode(error) ?? '')

/** Seconds after which what could not be stored is worth another try. */
export const RETRY_S = 5

/** No room, or `isUnavailable`: what fails now may work in a while. */
export const isPassing = (error: unknown): boolean => isUnavailable(error) || ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(errorCode(error) ?? '')

/** What went wrong while something was being stored, told without saying where. */
export function storageProblem(error: unknown): Problem {
  if (error instanceof ProblemError)
    return error.problem
  const code = errorCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL')
    return problem(507, 'storage_full', 'The server has no room left. Nothing was saved.')
  if (code === 'EUNAVAILABLE' || SQLITE_UNAVAILABLE.test(code ?? '') || (error instanceof Error && 'syscall' in error))
    return problem(503, 'storage_unavailable', 'The server cannot reach its storage at the moment. Nothing was saved.', { retryAfter: RETRY_S })
  return problem(500, 'not_saved', 'The server could not save this message. Nothing was saved.')
}

/** What kept the server from answering, where the storage may be away, or something is wrong in the server itself. */
export function unexpectedProblem(error: unknown): Problem {
  if (error instanceof ProblemError)
    return error.problem
  return isUnavailable(error)
    ? problem(503, 'storage_unavailable', 'The server cannot reach its storage at the moment. Try again in a while.', { retryAfter: RETRY_S })
    : problem(500, 'internal_error', 'The server could not do this because of an error.')
}

/** The first thing that does not fit a schema, as a sentence. @param whole what is said where no place in it is to blame */
export const mismatchText = (whole: string, place: string | undefined, reason = 'unknown reason'): string =>
  `${place ? `“${place}”` : whole} does not fit: ${reason.replace(/\.$/, '')}.`

/** The `code` that Node and SQLite put on their errors. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
