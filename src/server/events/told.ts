import type { SessionEvent } from '../../shared/protocol/frames.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { SessionEventRecord } from './keptEvents.ts'

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
  /** Some of the session's events were never heard here: whoever follows it reads anew. */
  isLost?: boolean
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
