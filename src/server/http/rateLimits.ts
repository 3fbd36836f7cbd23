import rateLimit, { type FastifyRateLimitStoreCtor } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { SharedCounts } from '../queues/sharedCounts.ts'
import { refusal, type ProblemError } from '../errors/problems.ts'
import { accountText } from '../identity/account.ts'

const WINDOW_MS = 60_000
/** Pictures of a long history are asked for all at once, and cost little. */
const DOWNLOADS = 10
/** Keys that one address may try in a minute on the page, and in headers. */
const SIGN_INS = 20
const WRONG_KEYS = 600

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts a message that came over a socket. @throws a 429 */
    countMessage?: (request: FastifyRequest) => void
    /** Counts a request with a wrong key. @throws a 429 */
    countWrongKey?: (request: FastifyRequest) => void
  }
}

const addressOf = ({ ip }: FastifyRequest) => ip
const accountOf = ({ identity, ip }: FastifyRequest) => identity ? accountText(identity.account) : ip

export const downloadLimit = (perMinute: number) => ({ max: perMinute * DOWNLOADS, timeWindow: WINDOW_MS })
export const signInLimit = { max: SIGN_INS, timeWindow: WINDOW_MS, keyGenerator: addressOf }

const tooMany = (seconds: number): ProblemError =>
  refusal(429, 'too_many_requests', `That was too much in a short time. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`, { retryAfter: seconds })

/** Each account has so many requests, and so many messages over sockets, in a minute. */
export async function limitRates(app: FastifyInstance, perMinute: number, counts: SharedCounts) {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: WINDOW_MS,
    keyGenerator: accountOf,
    store: storeOf(counts),
    errorResponseBuilder: (_request, { ttl }) => tooMany(Math.max(1, Math.ceil(ttl / 1000))),
  })
  const countMessage = createCounter(counts, 'messages', perMinute)
  const countWrongKey = createCounter(counts, 'wrong keys', WRONG_KEYS)
  app.decorate('countMessage', (request: FastifyRequest) => countMessage(accountOf(request)))
  app.decorate('countWrongKey', (request: FastifyRequest) => countWrongKey(addressOf(request)))
}

/** At once, so that messages that come together are counted one after the other: the plugin's own count would see them all as the last. */
function createCounter(counts: SharedCounts, scope: string, max: number) {
  return (key: string) => {
    const { count, ttl } = counts.add(scope, key, WINDOW_MS)
    if (count > max)
      throw tooMany(Math.ceil(ttl / 1000))
  }
}

/** For the plugin: each route that has a limit of its own is counted on its own. */
function storeOf(counts: SharedCounts, scope = 'requests'): FastifyRateLimitStoreCtor {
  return class {
    incr(key: string, callback: (error: Error | null, result?: { current: number, ttl: number }) => void, windowMs: number) {
      const { count, ttl } = counts.add(scope, key, windowMs)
      callback(null, { current: count, ttl })
    }

    child(options: RouteOptions & { routeInfo?: { method: unknown, url: string } }) {
      const Store = storeOf(counts, `${String(options.routeInfo?.method)} ${options.routeInfo?.url}`)
      return new Store({})
    }
  }
}
