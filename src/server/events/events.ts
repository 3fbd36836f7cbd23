import type { FastifyBaseLogger } from 'fastify'
import type { SessionEvent, SessionMarked, SessionUpdated } from '../../shared/protocol/frames.ts'
import { accountId, type Account } from '../identity/account.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Database } from '../storage/database/database.ts'
import { createEventSequences } from './eventSequences.ts'
import { createKeptEvents, type SessionEventRecord } from './keptEvents.ts'

type WithoutIds<Event> = Event extends unknown ? Omit<Event, 'event_id' | 'previous_event_id'> : never
export type NewEvent = WithoutIds<SessionEvent>

/** What is told to whoever listens. */
export interface Told {
  session: SessionKey
  /** For every connection of the tenant, whatever it subscribed to: the list of sessions shows it. */
  forEveryone: boolean
  /** Of these only for this account's: `accountId`. */
  onlyFor?: string
  /** The frame; the same bytes for every socket that is told. */
  frame: () => Buffer
  /** Undefined for what is not part of one session's content. */
  event?: SessionEventRecord
}

/** One session's events, as they are at the moment of asking. */
export interface SessionEvents {
  /** The newest id; whoever read everything and subscribes after it misses nothing. 0 before the first event. */
  last: () => number
  /** Changes with every event but pieces of a message that is being made. */
  lastChange: () => number | undefined
  /** The events after this one, or undefined when some of them are no longer kept. */
  after: (id: number) => readonly SessionEventRecord[] | undefined
}

/** They change a message that is being made, which is told as it is by now: a page that was read meanwhile stays true. */
const OF_A_LIVE_MESSAGE: ReadonlySet<SessionEvent['type']> = new Set(['text_delta', 'part_added', 'part_updated', 'part_removed'])

export type Events = ReturnType<typeof createEvents>

/** What happens in sessions: told to whoever listens, and kept for a while for those who come back. */
export function createEvents(dependencies: { database: Database, log: FastifyBaseLogger }) {
  const sequences = createEventSequences(dependencies)
  const kept = createKeptEvents()
  const listeners = new Set<(told: Told) => void>()
  const changes = new Map<string, number>()

  function tell(told: Told) {
    for (const listener of listeners)
      listener(told)
  }

  return {
    /** Must be awaited before a session's events are emitted: their ids are one sequence over all restarts. */
    open: sequences.open,

    /** At once, so that what is changed in the same moment belongs to this event. */
    emit(tenant: string, event: NewEvent) {
      const session = { tenant, id: event.session_id }
      const { id, previous } = sequences.take(session)
      const json = JSON.stringify({ ...event, event_id: id, previous_event_id: previous })
      const record = { session, id, previous, json }
      kept.keep(record)
      if (!OF_A_LIVE_MESSAGE.has(event.type))
        changes.set(keyText(session), id)
      tell({ session, forEveryone: event.type === 'session_deleted', frame: once(json), event: record })
    },

    /** For the list of sessions; not part of what one of them holds. */
    announce(tenant: string, frame: SessionUpdated) {
      tell({ session: { tenant, id: frame.session_id }, forEveryone: true, frame: once(JSON.stringify(frame)) })
    },

    /** For one person's devices. */
    announceTo(account: Account, frame: SessionMarked) {
      tell({ session: { tenant: account.tenant, id: frame.session_id }, forEveryone: true, onlyFor: accountId(account), frame: once(JSON.stringify(frame)) })
    },

    async of(session: SessionKey): Promise<SessionEvents> {
      const idle = sequences.lastOf(session) ?? await sequences.readLast(session)
      const last = () => sequences.lastOf(session) ?? idle
      return {
        last,
        lastChange: () => changes.get(keyText(session)),
        after: id => id === last() ? [] : kept.after(session, id),
      }
    },

    /** Returns how to stop listening. */
    listen(listener: (told: Told) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Made for the first who needs it. */
function once(json: string): () => Buffer {
  let bytes: Buffer | undefined
  return () => bytes ??= Buffer.from(json)
}
