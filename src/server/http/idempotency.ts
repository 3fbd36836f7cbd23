import type { IncomingHttpHeaders } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { LIMITS } from '../../shared/attachments.ts'
import { refusal } from '../errors/problems.ts'

/** How long a second request waits for the first one's end before it is told to come back. */
const PATIENCE_MS = 2000

/** The key, with or without the quotes that the header's draft asks for. */
export function readIdempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const header = headers['idempotency-key']
  return typeof header === 'string' ? requireKey(header.trim().replace(/^"(.*)"$/, '$1')) : undefined
}

function requireKey(key: string): string {
  if (!/^[\u0020-\u007E]+$/.test(key) || key.length > LIMITS.idempotencyKeyChars)
    throw refusal(400, 'invalid_request', `An idempotency key has 1 to ${LIMITS.idempotencyKeyChars} printable ASCII characters.`)
  return key
}

/** Header and body name the same key, or one of them does. */
export function sameKey(header: string | undefined, body: string | undefined): string | undefined {
  if (header !== undefined && body !== undefined && header !== body)
    throw refusal(422, 'idempotency_mismatch', 'Idempotency-Key and clientMessageId are one thing, and differ here. Send one of them, or both alike.')
  return header ?? (body === undefined ? undefined : requireKey(body))
}

/** Lets the second request under a key wait while the first one is still being read or stored. */
export function createFirstRequests() {
  const unanswered = new Map<string, Promise<unknown>>()

  return {
    async run<Result>(key: string | undefined, work: () => Promise<Result>): Promise<Result> {
      if (key === undefined)
        return work()
      const first = unanswered.get(key)
      if (first) {
        await Promise.race([first, pause(PATIENCE_MS, undefined, { ref: false })])
        if (unanswered.get(key) === first)
          throw refusal(409, 'still_under_way', 'The first request under this key is not answered yet. Send this one again in a moment.', { retryAfter: 1 })
        return work() // is the same message as the first, or is told that it is another
      }
      const result = work()
      const finished = result.then(() => undefined, () => undefined)
      unanswered.set(key, finished)
      try {
        return await result
      }
      finally {
        unanswered.delete(key)
      }
    },
  }
}
