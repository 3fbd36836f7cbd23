const LONGEST_PAUSE_MS = 30_000

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
