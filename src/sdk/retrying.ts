import { errorOf, networkError, type SatchelError } from './satchelError.ts'

const LONGEST_PAUSE_MS = 30_000

export type Fetch = (input: string, init: RequestInit) => Promise<Response>

export interface RetryOptions {
  /** Further tries after the first; 0 for what must not be asked twice. */
  retries: number
  /** Milliseconds before the second try; doubled with each further one. */
  firstPauseMs: number
  signal?: AbortSignal
}

/**
 * Asks until there is an answer worth giving: again after 408, 429, 5xx and where no answer came.
 * Resolves with a response that is ok. @throws SatchelError, or the signal's reason
 */
export async function fetchRetrying(ask: () => Promise<Response>, { retries, firstPauseMs, signal }: RetryOptions): Promise<Response> {
  for (let tried = 0; ; tried++) {
    const outcome = await attempt(ask, signal)
    if (outcome instanceof Response)
      return outcome
    const { error, retryAfterMs } = outcome
    const mayPass = isPassing(error.status) || (tried > 0 && isOwnEarlierTry(error.code))
    if (tried >= retries || !mayPass)
      throw error
    await pause(Math.max(backoff(firstPauseMs, tried), retryAfterMs), signal)
  }
}

interface Failure { error: SatchelError, retryAfterMs: number }

async function attempt(ask: () => Promise<Response>, signal?: AbortSignal): Promise<Response | Failure> {
  signal?.throwIfAborted()
  try {
    const response = await ask()
    if (response.ok)
      return response
    return { error: errorOf(response.status, await response.text()), retryAfterMs: readRetryAfter(response.headers.get('retry-after')) }
  }
  catch (error) {
    signal?.throwIfAborted() // whoever gave up knows why
    return { error: networkError(error), retryAfterMs: 0 }
  }
}

const isPassing = (status: number) => status === 0 || status === 408 || status === 429 || status >= 500

/** The try whose answer was lost is still being worked on: its answer will be ours. */
const isOwnEarlierTry = (code: string) => code === 'still_under_way'

/** Half of it is chance, so that many clients do not come back at once. */
export function backoff(firstPauseMs: number, tried: number): number {
  const longest = Math.min(firstPauseMs * 2 ** tried, LONGEST_PAUSE_MS)
  return longest / 2 + Math.random() * longest / 2
}

/** Milliseconds, from seconds or a date (RFC 9110). 0 for what is neither, and for a time that has passed. */
export function readRetryAfter(header: string | null, now = Date.now()): number {
  if (header === null)
    return 0
  const milliseconds = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Math.max(0, milliseconds) || 0
}

function pause(milliseconds: number, signal?: AbortSignal) {
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
