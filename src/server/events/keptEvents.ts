import { recentlyUsed } from '../../shared/collections/recentlyUsed.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'

/** Something that happened in a session, as a row would hold it. */
export interface SessionEventRecord {
  session: SessionKey
  id: number
  /** Null for the first event of its session. */
  previous: number | null
  /** The frame. */
  json: string
}

interface Ring {
  events: SessionEventRecord[]
  characters: number
}

// Per session; enough for a long answer and a short absence. Whoever was away longer reads it over REST.
const KEPT_EVENTS = 2000
const KEPT_CHARACTERS = 4 * 1024 * 1024
const KEPT_SESSIONS = 200

/** The newest events of the sessions in which something happened lately, for those who come back. */
export function createKeptEvents() {
  const rings = new Map<string, Ring>()

  const ringOf = (session: SessionKey): Ring =>
    recentlyUsed(rings, keyText(session), () => ({ events: [], characters: 0 }), KEPT_SESSIONS)

  return {
    keep(event: SessionEventRecord) {
      const ring = ringOf(event.session)
      ring.events.push(event)
      ring.characters += event.json.length
      while (ring.events.length > KEPT_EVENTS || ring.characters > KEPT_CHARACTERS)
        ring.characters -= ring.events.shift()?.json.length ?? 0
    },

    /** What follows on that event, in one unbroken chain; undefined where some of it is no longer kept, or the event is none. */
    after(session: SessionKey, id: number): readonly SessionEventRecord[] | undefined {
      const events = rings.get(keyText(session))?.events ?? []
      const next = events.findIndex(({ previous }) => (previous ?? 0) === id)
      return next === -1 ? undefined : events.slice(next)
    },
  }
}
