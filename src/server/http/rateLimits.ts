import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { refusal, type ProblemError } from '../errors/problems.ts'

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
const accountOf = ({ identity, ip }: FastifyRequest) => identity ? JSON.stringify([identity.account.tenant, identity.account.user]) : ip

export const downloadLimit = (perMinute: number) => ({ max: perMinute * DOWNLOADS, timeWindow: WINDOW_MS })
export const signInLimit = { max: SIGN_INS, timeWindow: WINDOW_MS, keyGenerator: addressOf }

const tooMany = (seconds: number): ProblemError =>
  refusal(429, 'too_many_requests', `That was too much in a short time. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`, { retryAfter: seconds })

/** Each account has so many requests, and so many messages over sockets, in a minute. */
export async function limitRates(app: FastifyInstance, perMinute: number) {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: WINDOW_MS,
    keyGenerator: accountOf,
    errorResponseBuilder: (_request, { ttl }) => tooMany(Math.max(1, Math.ceil(ttl / 1000))),
  })
  const countMessage = createCounter(perMinute)
  const countWrongKey = createCounter(WRONG_KEYS)
  app.decorate('countMessage', (request: FastifyRequest) => countMessage(accountOf(request)))
  app.decorate('countWrongKey', (request: FastifyRequest) => countWrongKey(addressOf(request)))
}

/** At once, so that messages that come together are counted one after the other: the plugin's own count would see them all as the last. */
function createCounter(max: number) {
  let counts = new Map<string, number>()
  let ends = 0

  return (key: string) => {
    const now = Date.now()
    if (now >= ends) {
      counts = new Map()
      ends = now + WINDOW_MS
    }
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    if (count > max)
      throw tooMany(Math.ceil((ends - now) / 1000))
  }
}
