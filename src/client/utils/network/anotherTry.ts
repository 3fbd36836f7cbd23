import { pause } from '../timing/pause.ts'

/** What came of asking the server: as an ApiError tells it, or the problem of a frame. */
export interface Failure {
  /** 0: nothing was heard. Undefined: it never left this device. */
  status?: number
  code?: string
  /** Seconds, as the server asks for them. */
  retryAfter?: number
}

/** Nothing was heard; nobody is signed in, and somebody may be again; too slow, too early, too much. */
const PASSING: readonly number[] = [0, 401, 408, 425, 429]
/** The agent, or another person, has it just now. */
const IN_USE: readonly string[] = ['turn_running', 'being_edited']
const FAILED_ON_IT = 500

/** Milliseconds until the second try, doubled with each further one, and at most: it may work sooner than the server thinks. */
const FIRST = 2000
const LONGEST = 60_000

/** Nobody has said no: the server is away, busy or full, or the thing is in use. Anything else is decided, and is for the person. */
export function isWorthAnotherTry(failure: unknown): boolean {
  const { status, code = '' } = asFailure(failure)
  return status !== undefined && (PASSING.includes(status) || status >= 500 || IN_USE.includes(code))
}

/** As `isWorthAnotherTry`, where others wait behind it: not for what the server itself failed on, as it may each time. */
export const mayHoldOthersUp = (failure: unknown): boolean =>
  isWorthAnotherTry(failure) && asFailure(failure).status !== FAILED_ON_IT

/** Milliseconds to wait: so many, or longer where the server asks for that. */
export const waitAfter = (failure: unknown, milliseconds: number): number =>
  Math.max(milliseconds, Math.min(LONGEST, (asFailure(failure).retryAfter ?? 0) * 1000))

/** The pauses between the tries of one thing, each longer than the one before. @param longest milliseconds */
export function createPauses(longest = LONGEST) {
  let next = FIRST

  /** @returns whether to try again: false where `signal` was aborted, as when the connection is lost */
  return async function pauseAfter(failure: unknown, signal: AbortSignal): Promise<boolean> {
    const wait = waitAfter(failure, next)
    next = Math.min(2 * next, longest)
    await pause(wait, signal)
    return !signal.aborted
  }
}

/** A fault of the app itself is none of these: it would only be repeated. */
const asFailure = (failure: unknown): Failure =>
  typeof failure === 'object' && failure !== null ? failure : {}
