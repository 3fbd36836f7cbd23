import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPauses, isWorthAnotherTry, mayHoldOthersUp, waitAfter } from '../../src/client/utils/network/anotherTry.ts'
import { ApiError, request } from '../../src/client/utils/network/api.ts'

const never = new AbortController().signal

/** What the app makes of this answer of the server. */
async function failureOf(answer: () => Promise<Response>): Promise<unknown> {
  const asked = vi.spyOn(globalThis, 'fetch').mockImplementation(answer)
  try {
    return await request('/api/sessions').catch((error: unknown) => error)
  }
  finally {
    asked.mockRestore()
  }
}
const answered = (status: number, body: object = {}, headers: HeadersInit = {}) =>
  failureOf(async () => new Response(JSON.stringify(body), { status, headers }))

test.each([[401, true], [408, true], [425, true], [429, true], [500, true], [502, true], [503, true], [507, true], [400, false], [403, false], [404, false], [409, false], [410, false], [413, false], [422, false]])('what was answered with %i is worth another try: %s', async (status, isWorth) => {
  expect(isWorthAnotherTry(await answered(status))).toBe(isWorth)
})

test('so is what got no answer, offline, and what the agent or somebody else has in use', async () => {
  expect(isWorthAnotherTry(await failureOf(() => Promise.reject(new TypeError('Failed to fetch'))))).toBe(true)
  expect(isWorthAnotherTry(await answered(409, { code: 'turn_running' }))).toBe(true)
  expect(isWorthAnotherTry(await answered(409, { code: 'being_edited' }))).toBe(true)
})

test('what never left the device, and a fault of the app itself, would only be repeated', () => {
  expect(isWorthAnotherTry({ detail: 'It could not be read from this device.' })).toBe(false)
  expect(isWorthAnotherTry(new TypeError('undefined is not a function'))).toBe(false)
  expect(isWorthAnotherTry(undefined)).toBe(false)
})

test('others do not wait behind what the server itself failed on, but behind a server that is full or away', () => {
  expect([0, 408, 429, 500, 503, 507, 413].filter(status => mayHoldOthersUp({ status }))).toEqual([0, 408, 429, 503, 507])
})

test.each<[string, object, HeadersInit, number]>([
  ['in its answer', { retryAfter: 9 }, {}, 9000],
  ['in its header, as what stands before it does', {}, { 'retry-after': '9' }, 9000],
  ['by a clock, which may be wrong', {}, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 2000],
  ['for less than one would wait anyway', { retryAfter: 1 }, {}, 2000],
  ['for an hour, where room may be made sooner', { retryAfter: 3600 }, {}, 60_000],
  ['not at all', {}, {}, 2000],
])('a server that asks to be left alone %s', async (_, body, headers, milliseconds) => {
  expect(waitAfter(await answered(429, body, headers), 2000)).toBe(milliseconds)
})

test('a pause that is longer by itself is not made shorter', () => {
  expect(waitAfter({ status: 429, retryAfter: 9 }, 25_000)).toBe(25_000)
})

describe('pauses', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** Milliseconds until it goes on. */
  async function measure(pausing: Promise<boolean>): Promise<[number, boolean]> {
    const begun = Date.now()
    const timers = vi.runAllTimersAsync()
    const goesOn = await pausing
    const taken = Date.now() - begun
    await timers
    return [taken, goesOn]
  }

  test('each pause is twice as long as the one before, up to the longest, and as long as the server asks for', async () => {
    const pauseAfter = createPauses(10_000)
    const away = new ApiError(0, 'away')
    for (const expected of [2000, 4000, 8000, 10_000, 10_000])
      expect(await measure(pauseAfter(away, never))).toEqual([expected, true])
    expect(await measure(pauseAfter(new ApiError(429, 'too much', undefined, 30), never))).toEqual([30_000, true])
  })

  test('whoever gives up, or whose connection is closed, waits no longer, and does not try again', async () => {
    const connection = new AbortController()
    const pausing = createPauses()({ status: 503 }, connection.signal)
    connection.abort()
    expect(await pausing).toBe(false)
    expect(await createPauses()({ status: 503 }, connection.signal)).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })
})
