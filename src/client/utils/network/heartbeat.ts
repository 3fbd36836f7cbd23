/** Milliseconds of silence after which the other side is asked, and in which it has to answer: dead within 10 s. */
const ASK_AFTER = 3000
const ANSWER_WITHIN = 5000
/** Milliseconds that a connection may take to open. */
const OPEN_WITHIN = 8000
/** Bytes that may lie in the network's own buffers when they have left the browser: what is asked waits behind them. */
const BUFFERED_BELOW = 4 * 1024 * 1024
const LONGEST_PATIENCE = 60_000

/**
 * Tells a dead connection from a quiet one: a half-open connection looks healthy, only its silence tells. Looked at every second.
 * @param now milliseconds
 */
export function createHeartbeat(now: () => number = Date.now) {
  let quietSince = now()
  let askedAt: number | undefined
  let unsent = 0
  /** What was seen leaving since the other side was last heard. */
  let left = { bytes: 0, since: 0 }

  function heard(): void {
    quietSince = now()
    askedAt = undefined
    left = { bytes: 0, since: now() }
  }

  /** @param bytes handed to the connection that have not left yet */
  function watchLeaving(bytes: number) {
    if (bytes < unsent) { // a long message still leaving is not silence
      left.bytes += unsent - bytes
      quietSince = now()
      askedAt = undefined
    }
    unsent = bytes
  }

  /** A slow connection needs longer for what lies in its buffers. */
  function patience() {
    const rate = left.bytes / Math.max(1, quietSince - left.since)
    return ANSWER_WITHIN + (rate ? Math.min(LONGEST_PATIENCE, BUFFERED_BELOW / rate) : 0)
  }

  function check(isOpen: boolean, bytesUnsent: number): 'alive' | 'ask' | 'dead' {
    if (!isOpen)
      return now() - quietSince > OPEN_WITHIN ? 'dead' : 'alive'
    watchLeaving(bytesUnsent)
    if (askedAt !== undefined)
      return now() - askedAt > patience() ? 'dead' : 'alive'
    if (now() - quietSince < ASK_AFTER)
      return 'alive'
    askedAt = now()
    return 'ask'
  }

  return { heard, check }
}
