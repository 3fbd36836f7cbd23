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
  /** The same, as bytes that all sockets share which are told. */
  frame: () => Buffer
}

interface Ring {
  tenant: string
  events: SessionEventRecord[]
  characters: number
}

// Per session; enough for a long answer and a short absence. Whoever was away longer reads it over REST.
const KEPT_EVENTS = 2000
const KEPT_CHARACTERS = 4 * 1024 * 1024
const KEPT_SESSIONS = 200
/** Of all sessions together; what is more goes from the tenant that has the most. */
const KEPT_IN_ALL = 64 * 1024 * 1024

export type KeptEvents = ReturnType<typeof createKeptEvents>

/** The newest events of the sessions in which something happened lately, for those who come back. */
export function createKeptEvents(keptInAll = KEPT_IN_ALL) {
  const rings = new Map<string, Ring>()

  const ringOf = (session: SessionKey): Ring =>
    recentlyUsed(rings, keyText(session), () => ({ tenant: session.tenant, events: [], characters: 0 }), KEPT_SESSIONS)

  /** What one account makes happen in many sessions is not held without bound. */
  function boundAll() {
    let all = 0
    for (const { characters } of rings.values())
      all += characters
    if (all <= keptInAll)
      return
    const held = new Map<string, number>()
    for (const { tenant, characters } of rings.values())
      held.set(tenant, (held.get(tenant) ?? 0) + characters)
    const [most] = [...held].sort(([, a], [, b]) => b - a)
    for (const [key, { tenant, characters }] of rings) {
      if (tenant !== most?.[0] || !characters)
        continue
      rings.delete(key) // the one in which least happened lately
      return boundAll()
    }
  }

  return {
    keep(event: SessionEventRecord) {
      const ring = ringOf(event.session)
      ring.events.push(event)
      ring.characters += event.json.length
      while (ring.events.length > KEPT_EVENTS || ring.characters > KEPT_CHARACTERS)
        ring.characters -= ring.events.shift()?.json.length ?? 0
      boundAll()
    },

    forget: (session: SessionKey) => void rings.delete(keyText(session)),

    /** What follows on that event, in one unbroken chain; undefined where some of it is no longer kept, or the event is none. */
    after(session: SessionKey, id: number): readonly SessionEventRecord[] | undefined {
      const events = rings.get(keyText(session))?.events ?? []
      const next = events.findIndex(({ previous }) => (previous ?? 0) === id)
      return next === -1 ? undefined : events.slice(next)
    },
  }
}
