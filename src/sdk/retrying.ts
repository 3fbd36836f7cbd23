import { backoff, readRetryAfter } from './pauses.ts'
import { errorOf, networkError, SatchelError, timeoutError } from './satchelError.ts'

/** A server that asks for a longer pause is believed: whoever called is told now, and knows better what to do until then. */
const PATIENCE_MS = 5 * 60_000

export type Fetch = (input: string, init: RequestInit) => Promise<Response>

export interface RetryOptions {
  /** Further tries after the first; 0 for what must not be asked twice. */
  retries: number
  /** Milliseconds before the second try; doubled with each further one. */
  firstPauseMs: number
  /** Milliseconds that one try may take, until `read` has what it wants of the answer. */
  timeoutMs: number
  signal?: AbortSignal
  /** The status of a further try that says that an earlier one, whose answer was lost, has done it. */
  isDoneWhen?: number
}

/**
 * Asks until there is an answer worth giving: again after 408, 429, 5xx and where no answer came, or not all of it.
 * Resolves with what `read` makes of a response that is ok. @throws SatchelError, or the signal's reason
 */
export async function fetchRetrying<Result>(ask: (signal: AbortSignal) => Promise<Response>, read: (response: Response) => Result | Promise<Result>, { retries, firstPauseMs, timeoutMs, signal, isDoneWhen }: RetryOptions): Promise<Result> {
  for (let tried = 0; ; tried++) {
    const isGood = ({ ok, status }: Response) => ok || (tried > 0 && status === isDoneWhen)
    const outcome = await attempt(ask, isGood, read, timeoutMs, signal)
    if ('result' in outcome)
      return outcome.result
    const { error, retryAfterMs } = outcome
    const mayPass = isPassing(error.status) || (tried > 0 && isOwnEarlierTry(error.code))
    if (tried >= retries || !mayPass || retryAfterMs > PATIENCE_MS)
      throw error
    await pause(Math.max(backoff(firstPauseMs, tried), retryAfterMs), signal)
  }
}

interface Failure { error: SatchelError, retryAfterMs: number }

async function attempt<Result>(ask: (signal: AbortSignal) => Promise<Response>, isGood: (response: Response) => boolean, read: (response: Response) => Result | Promise<Result>, timeoutMs: number, signal?: AbortSignal): Promise<{ result: Result } | Failure> {
  signal?.throwIfAborted()
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(timeoutError(timeoutMs)), timeoutMs)
  try {
    const response = await ask(signal ? AbortSignal.any([signal, late.signal]) : late.signal)
    if (isGood(response))
      return { result: await read(response) }
    return { error: errorOf(response.status, await response.text()), retryAfterMs: readRetryAfter(response.headers.get('retry-after')) }
  }
  catch (error) {
    signal?.throwIfAborted() // whoever gave up knows why
    const reason: unknown = late.signal.aborted ? late.signal.reason : error
    return { error: reason instanceof SatchelError ? reason : networkError(reason), retryAfterMs: 0 }
  }
  finally {
    clearTimeout(timer)
  }
}

/** The body as it is in JSON. @throws SatchelError for what is none, such as a page that a network shows before it lets one in */
export async function readJson<Body>(response: Response): Promise<Body> {
  return parseJson(response.status, await response.text())
}

export function parseJson<Body>(status: number, body: string): Body {
  try {
    return JSON.parse(body) as Body
  }
  catch (error) {
    throw errorOf(status, body, error)
  }
}

const isPassing = (status: number) => status === 0 || status === 408 || status === 429 || status >= 500

/** The try whose answer was lost is still being worked on: its answer will be ours. */
const isOwnEarlierTry = (code: string) => code === 'still_under_way'

async function pause(milliseconds: number, signal?: AbortSignal) {
  signal?.throwIfAborted()
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, milliseconds)
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
  })
}
