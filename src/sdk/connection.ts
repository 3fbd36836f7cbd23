import { fetchRetrying, readJson, type Fetch } from './retrying.ts'

export interface ConnectionOptions {
  /** Where the server is, with the path where it has one: `https://satchel.example.com`. */
  baseUrl: string
  apiKey?: string
  /** Instead of the platform's own. */
  fetch?: Fetch
  /** Further tries after the first. 4 where nothing is said, which with growing pauses is about 6 s. */
  retries?: number
  /** Milliseconds before the second try, doubled with each further one; half of a pause is chance. 500 where nothing is said. */
  firstPauseMs?: number
  /**
   * Milliseconds that one try may take until its answer begins, with all that is sent; for answers in JSON until they
   * are there. Where nothing is said: 45,000, and 300,000 for what has files or long texts in it. A stream that is
   * silent for so long, or for 35 s, is taken up anew.
   */
  timeoutMs?: number
}

export type Query = Record<string, string | number | undefined>

export interface RequestOptions {
  method?: string
  headers?: Record<string, string>
  body?: BodyInit
  query?: Query
  signal?: AbortSignal
  /** False for what would be done twice. */
  mayRepeat?: boolean
  /** The status of a further try that says that an earlier one, whose answer was lost, has done it. */
  isDoneWhen?: number
}

const RETRIES = 4
const FIRST_PAUSE_MS = 500
/** A bit longer than a server waits before it answers 503 itself. */
const TIMEOUT_MS = 45_000
/** Of what takes long to be sent. */
const LONG_TIMEOUT_MS = 300_000
/** Characters of a text from which on it does, over a slow connection. */
const LONG_CHARS = 100_000
/** The server says that it is there every 15 s: it may miss one. */
const SILENCE_MS = 35_000

export type Connection = ReturnType<typeof createConnection>

/** Requests to one server with one key. */
export function createConnection({ baseUrl, apiKey, fetch: ownFetch, retries = RETRIES, firstPauseMs = FIRST_PAUSE_MS, timeoutMs }: ConnectionOptions) {
  const base = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`)
  const authorization: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
  const fetchIt: Fetch = ownFetch ?? ((input, init) => globalThis.fetch(input, init)) // a page's fetch must be called on its page

  function addressOf(path: string, query: Query = {}) {
    const address = new URL(path.replace(/^\/+/, ''), base)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined)
        address.searchParams.set(name, String(value))
    }
    return address.href
  }

  /** Resolves with what `read` makes of an answer that is ok. */
  function ask<Result>(path: string, read: (response: Response) => Result | Promise<Result>, { method = 'GET', headers, body, query, signal, mayRepeat = true, isDoneWhen }: RequestOptions = {}): Promise<Result> {
    const address = addressOf(path, query)
    const tryOnce = (tried: AbortSignal) => fetchIt(address, { method, headers: { ...authorization, ...headers }, body, signal: tried, ...streamed(body) })
    return fetchRetrying(tryOnce, read, { retries: mayRepeat ? retries : 0, firstPauseMs, timeoutMs: timeoutMs ?? usualTimeoutMs(body), signal, isDoneWhen })
  }

  return {
    addressOf,
    authorization,
    /** Milliseconds that a file may take. */
    longTimeoutMs: timeoutMs ?? LONG_TIMEOUT_MS,
    /** Milliseconds after which a stream that says nothing is taken for dead. */
    silenceMs: Math.min(timeoutMs ?? SILENCE_MS, SILENCE_MS),
    /** The platform's own is used, so that what only it can do may be done. */
    isPlain: ownFetch === undefined,

    /** Resolves with an answer that is ok; its body has yet to come. */
    request: (path: string, options?: RequestOptions) => ask(path, response => response, options),

    /** Resolves with the answer's whole body. */
    requestJson: <Body>(path: string, options: RequestOptions) => ask(path, readJson<Body>, options),

    get: <Body>(path: string, options: Pick<RequestOptions, 'query' | 'signal'>) => ask(path, readJson<Body>, options),

    /** For what may be asked twice. */
    post: <Body>(path: string, body: object, { signal }: { signal?: AbortSignal }) =>
      ask(path, readJson<Body>, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal }),
  }
}

const usualTimeoutMs = (body?: BodyInit) => takesLong(body) ? LONG_TIMEOUT_MS : TIMEOUT_MS

function takesLong(body?: BodyInit | File): boolean {
  if (typeof body === 'string')
    return body.length > LONG_CHARS
  return body instanceof FormData ? [...body.values()].some(takesLong) : body !== undefined
}

/** Fetch wants to be told that a body is a stream; the DOM's types do not know it yet. */
const streamed = (body?: BodyInit): object => body instanceof ReadableStream ? { duplex: 'half' } : {}
