import type { SessionEvent, SessionNews } from '../../shared/protocol/frames.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import { EventLog } from './eventLog.ts'

type WithoutIds<Event> = Event extends unknown ? Omit<Event, 'event_id' | 'previous_event_id'> : never
export type NewEvent = WithoutIds<SessionEvent>

export interface KeptEvent {
  /** Of its session; 0 for news of the list, which has no place in a session's row of events. */
  id: number
  session: SessionKey
  type: SessionEvent['type'] | SessionNews['type']
  /** For every connection of the tenant, whatever it subscribed to: the list of sessions shows it. */
  forEveryone: boolean
  json: string
}

/** Where it is remembered which ids were used. */
export interface EventCounters {
  /** Undefined where there is no such session. */
  read: (session: SessionKey) => Promise<number | undefined>
  reserve: (session: SessionKey, upTo: number) => Promise<void>
}

/** Ids that are reserved at once. After a restart the ids go on behind them. */
const RESERVED_AT_ONCE = 100_000
/** Sessions whose events are kept; of the others only the numbers. */
const KEPT_SESSIONS = 200

/** They change a message that is being made, which is told as it is by now: a page that was read meanwhile stays true. */
const OF_A_LIVE_MESSAGE: ReadonlySet<KeptEvent['type']> = new Set(['text_delta', 'part_added', 'part_updated', 'part_removed'])

export type Events = ReturnType<typeof createEvents>

/**
 * What happens in sessions: told to whoever listens, and kept for a while for those who come back. Each session
 * counts its own events from 1, and each event names the one before it, so that whoever misses one can tell.
 */
export function createEvents(counters: EventCounters) {
  const logs = new Map<string, EventLog>()
  /** Keys of the logs that hold events, the least recently used first. */
  const kept = new Set<string>()
  const listeners = new Set<(event: KeptEvent) => void>()

  function tell(event: KeptEvent) {
    for (const listener of listeners)
      listener(event)
  }

  function keep(log: EventLog, event: KeptEvent) {
    const key = keyText(event.session)
    log.keep(event)
    kept.delete(key)
    kept.add(key)
    if (kept.size <= KEPT_SESSIONS)
      return
    const [oldest = key] = kept
    logs.get(oldest)?.forget()
    kept.delete(oldest)
  }

  /** Must resolve before the session's events are read. */
  async function open(session: SessionKey): Promise<EventLog | undefined> {
    const key = keyText(session)
    const reserved = logs.has(key) ? undefined : await counters.read(session)
    if (reserved !== undefined && !logs.has(key))
      logs.set(key, new EventLog(reserved))
    return logs.get(key)
  }

  return {
    open,

    /** Must resolve before something is told about the session. */
    async prepare(session: SessionKey): Promise<void> {
      const log = await open(session)
      if (!log || log.reserved - log.last > RESERVED_AT_ONCE / 2)
        return
      const upTo = log.last + RESERVED_AT_ONCE
      await counters.reserve(session, upTo)
      log.reserved = Math.max(log.reserved, upTo)
    },

    emit(tenant: string, event: NewEvent) {
      const session = { tenant, id: event.session_id }
      const key = keyText(session)
      const log = logs.get(key) ?? new EventLog(0)
      logs.set(key, log)
      const previous = log.last
      const id = ++log.last
      const told: KeptEvent = {
        id,
        session,
        type: event.type,
        forEveryone: event.type === 'session_deleted',
        json: JSON.stringify({ ...event, event_id: id, previous_event_id: previous === 0 ? null : previous }),
      }
      if (!OF_A_LIVE_MESSAGE.has(event.type))
        log.lastChange = id
      keep(log, told)
      tell(told)
    },

    /** What the list of sessions shows; it has no place among the session's events. */
    announce(tenant: string, news: SessionNews) {
      tell({ id: 0, session: { tenant, id: news.session_id }, type: news.type, forEveryone: true, json: JSON.stringify(news) })
    },

    /** The newest id of the session; whoever read everything and subscribes after it misses nothing. */
    current: (session: SessionKey) => logs.get(keyText(session))?.last ?? 0,

    /** Changes with every event of the session but pieces of a message that is being made. */
    lastChange: (session: SessionKey) => logs.get(keyText(session))?.lastChange ?? 0,

    /** The session's events after this one, or undefined when some of them are no longer kept. */
    after(session: SessionKey, id: number): readonly KeptEvent[] | undefined {
      const log = logs.get(keyText(session))
      return log ? log.after(id) : id === 0 ? [] : undefined
    },

    /** Returns how to stop listening. */
    listen(listener: (event: KeptEvent) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
