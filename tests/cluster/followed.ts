import type { SessionEvent } from '../../src/shared/protocol/frames.ts'
import type { Message } from '../../src/shared/protocol/message.ts'
import { withPartEvent } from '../../src/shared/parts/partEvents.ts'
import { promise } from '../torture/violation.ts'
import type { Told } from './told.ts'

export type Followed = ReturnType<typeof followSession>

/** What one client knows of a session, by pages and by events, and where it stands in the chain of events. */
export function followSession(session: string, told: Told) {
  let last: number | undefined
  let messages = new Map<string, Message>()
  let state: 'unread' | 'reading' | 'joining' | 'live' = 'unread'
  const begun = new Set<string>()
  const ended = new Set<string>()
  const counts = { gaps: 0, resyncs: 0, events: 0 }

  function apply(event: SessionEvent) {
    switch (event.type) {
      case 'message_added':
      case 'message_updated':
        return void messages.set(event.message.id, event.message)
      case 'turn_started':
        promise(!begun.has(event.message.id), `the turn of ${event.message.id} began twice`)
        begun.add(event.message.id)
        return void messages.set(event.message.id, event.message)
      case 'message_completed': {
        promise(!ended.has(event.message.id), `${event.message.id} was completed twice`)
        ended.add(event.message.id)
        const asked = messages.get(event.message.replyTo!)
        if (asked)
          messages.set(asked.id, { ...asked, status: event.message.status })
        return void messages.set(event.message.id, event.message)
      }
      case 'part_added':
      case 'part_updated':
      case 'part_removed':
      case 'text_delta': {
        const message = messages.get(event.message_id)
        promise(message !== undefined, `event ${event.event_id} is about a message that nobody told of`)
        return void messages.set(event.message_id, withPartEvent(message!, event))
      }
    }
  }

  return {
    session,
    counts,
    messages: () => messages,
    last: () => last,
    isLive: () => state === 'live',
    isReading: () => state === 'reading',
    readsAnew() {
      state = 'reading'
    },
    /** A page of all of it, read anew. Events after it are asked for now. */
    read(all: readonly Message[], lastEventId: number) {
      messages = new Map(all.map(message => [message.id, message]))
      last = lastEventId
      state = 'joining'
    },
    /** With what is known: the events after it are asked for. */
    joins() {
      state = last === undefined ? 'unread' : 'joining'
    },
    /** From now on each event must be a new one. */
    joined() {
      if (state === 'joining')
        state = 'live'
    },

    /** @returns false where something is missing: the session must be read anew */
    hear(event: SessionEvent): boolean {
      told.hear(event)
      if (state === 'reading' || state === 'unread')
        return true
      if (event.event_id <= last!) {
        promise(state === 'joining', `event ${event.event_id} of ${session} came again, after ${last}`)
        return true // from before it was asked for what follows
      }
      if ((event.previous_event_id ?? 0) !== last) {
        counts.gaps++
        return false
      }
      last = event.event_id
      counts.events++
      apply(event)
      return true
    },
  }
}
