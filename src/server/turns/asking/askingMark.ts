import type { FastifyBaseLogger } from 'fastify'
import type { Live } from '../../events/live.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'

interface MarkDeps {
  live: Live
  announce: (session: SessionKey) => Promise<void>
  log: FastifyBaseLogger
}

export type AskingMark = (change: 1 | -1) => void

/** Counts what a session waits for, and tells the lists of sessions when it begins or ends to wait for a person. */
export function askingMark({ live, announce, log }: MarkDeps, session: SessionKey): AskingMark {
  return (change) => {
    if (live.countAsking(session, change))
      announce(session).catch((error: unknown) => log.error(error, 'it was not told that a session waits for somebody'))
  }
}
