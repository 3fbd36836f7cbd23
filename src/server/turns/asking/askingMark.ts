import type { Live } from '../../events/live.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'

interface MarkDeps {
  live: Live
  announce: (session: SessionKey) => Promise<void>
}

export type AskingMark = (change: 1 | -1) => void

/** Counts what a session waits for, and tells the lists of sessions when it begins or ends to wait for a person. */
export function askingMark({ live, announce }: MarkDeps, session: SessionKey): AskingMark {
  return (change) => {
    if (live.countAsking(session, change))
      void announce(session)
  }
}
