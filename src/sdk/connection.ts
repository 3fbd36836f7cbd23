import { fetchRetrying, type Fetch } from './retrying.ts'

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
}

const RETRIES = 4
const FIRST_PAUSE_MS = 500

export type Connection = ReturnType<typeof createConnection>

/** Requests to one server with one key. */
export function createConnection({ baseUrl, apiKey, fetch: ownFetch, retries = RETRIES, firstPauseMs = FIRST_PAUSE_MS }: ConnectionOptions) {
  const base = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`)
  const authorization: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }
  const ask: Fetch = ownFetch ?? ((input, init) => globalThis.fetch(input, init)) // a page's fetch must be called on its page

  function addressOf(path: string, query: Query = {}) {
    const address = new URL(path.replace(/^\/+/, ''), base)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined)
        address.searchParams.set(name, String(value))
    }
    return address.href
  }

  /** Resolves with an answer that is ok. */
  function request(path: string, { method = 'GET', headers, body, query, signal, mayRepeat = true }: RequestOptions = {}): Promise<Response> {
    const address = addressOf(path, query)
    return fetchRetrying(() => ask(address, { method, headers: { ...authorization, ...headers }, body, signal, ...streamed(body) }), { retries: mayRepeat ? retries : 0, firstPauseMs, signal })
  }

  return {
    addressOf,
    authorization,
    /** The platform's own is used, so that what only it can do may be done. */
    isPlain: ownFetch === undefined,
    request,

    get: async <Body>(path: string, options: Pick<RequestOptions, 'query' | 'signal'>) =>
      await (await request(path, options)).json() as Body,

    /** For what may be asked twice. */
    post: async <Body>(path: string, body: object, { signal }: { signal?: AbortSignal }) =>
      await (await request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), signal })).json() as Body,
  }
}

/** Fetch wants to be told that a body is a stream; the DOM's types do not know it yet. */
const streamed = (body?: BodyInit): object => body instanceof ReadableStream ? { duplex: 'half' } : {}
