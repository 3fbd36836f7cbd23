import type { SessionEvent } from '../../shared/protocol/frames.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'

type WithoutId<Event> = Event extends unknown ? Omit<Event, 'event_id'> : never
export type NewEvent = WithoutId<SessionEvent>

export interface KeptEvent {
  id: number
  session: SessionKey
  type: SessionEvent['type']
  /** For every connection of the tenant, whatever it subscribed to: the list of sessions shows it. */
  forEveryone: boolean
  json: string
}

interface Ring {
  events: KeptEvent[]
  characters: number
  /** Everything after this one is still here. */
  complete: number
  /** The newest event that was more than a piece of a message that is being made. */
  lastChange: number
}

// Per session; enough for a long answer and a short absence. Whoever was away longer reads it over REST.
const KEPT_EVENTS = 2000
const KEPT_CHARACTERS = 4 * 1024 * 1024
const KEPT_SESSIONS = 200

/** They change a message that is being made, which is told as it is by now: a page that was read meanwhile stays true. */
const OF_A_LIVE_MESSAGE: ReadonlySet<SessionEvent['type']> = new Set(['text_delta', 'part_added', 'part_updated', 'part_removed'])

export type Events = ReturnType<typeof createEvents>

/** What happens in sessions: told to whoever listens, and kept for a while for those who come back. */
export function createEvents() {
  // Ids must grow across restarts, without being stored. Starting from the clock (in microseconds, which
  // no server outruns) makes every id of an earlier run older than anything that is kept.
  const start = Date.now() * 1000
  let current = start
  /** For sessions without a ring: nothing after this one was forgotten. */
  let forgotten = start
  const rings = new Map<string, Ring>() // the least recently used first
  const listeners = new Set<(event: KeptEvent) => void>()

  function ringOf(session: SessionKey): Ring {
    const key = keyText(session)
    const ring = rings.get(key) ?? { events: [], characters: 0, complete: forgotten, lastChange: forgotten }
    rings.delete(key)
    rings.set(key, ring)
    for (const [oldest, { events }] of rings) {
      if (rings.size <= KEPT_SESSIONS)
        break
      rings.delete(oldest)
      forgotten = Math.max(forgotten, events.at(-1)?.id ?? 0)
    }
    return ring
  }

  function keep(event: KeptEvent, isChange: boolean) {
    const ring = ringOf(event.session)
    ring.events.push(event)
    ring.characters += event.json.length
    if (isChange)
      ring.lastChange = event.id
    while (ring.events.length > KEPT_EVENTS || ring.characters > KEPT_CHARACTERS) {
      const dropped = ring.events.shift()!
      ring.characters -= dropped.json.length
      ring.complete = dropped.id
    }
  }

  return {
    emit(tenant: string, event: NewEvent) {
      const id = ++current
      const kept: KeptEvent = {
        id,
        session: { tenant, id: event.session_id },
        type: event.type,
        forEveryone: event.type === 'session_updated' || event.type === 'session_deleted',
        json: JSON.stringify({ ...event, event_id: id }),
      }
      keep(kept, !OF_A_LIVE_MESSAGE.has(event.type))
      for (const listener of listeners)
        listener(kept)
    },

    /** The newest id there is; whoever read everything and subscribes after it misses nothing. */
    current: () => current,

    /** Changes with every event of the session but pieces of a message that is being made. */
    lastChange: (session: SessionKey) => rings.get(keyText(session))?.lastChange ?? forgotten,

    /** The session's events after this one, or undefined when some of them are no longer kept. */
    after(session: SessionKey, id: number): readonly KeptEvent[] | undefined {
      const ring = rings.get(keyText(session))
      if (id > current || id < (ring?.complete ?? forgotten))
        return undefined
      return ring?.events.filter(event => event.id > id) ?? []
    },

    /** Returns how to stop listening. */
    listen(listener: (event: KeptEvent) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
