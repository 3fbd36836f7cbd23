import type { FastifyBaseLogger } from 'fastify'
import { keepRecent } from '../../shared/collections/recentlyUsed.ts'
import type { SessionEvent, SessionMarked, SessionUpdated } from '../../shared/protocol/frames.ts'
import type { Message } from '../../shared/protocol/message.ts'
import { accountId, type Account } from '../identity/account.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Database } from '../storage/database/database.ts'
import { createCatchingUp } from './catchingUp.ts'
import { createEventSequences } from './eventSequences.ts'
import { createHeard } from './heard.ts'
import { createKeptEvents, type SessionEventRecord } from './keptEvents.ts'
import { createListeners } from './listeners.ts'
import type { Live } from './live.ts'
import { createLostNews } from './lostNews.ts'
import { createSessionEnds } from './sessionEnds.ts'
import type { NewEvent, SessionEvents } from './told.ts'
import { NO_WIRE, type SessionNews, type Wire } from './wire.ts'

/** They change a message that is being made, which is told as it is by now: a page that was read meanwhile stays true. */
const OF_A_LIVE_MESSAGE: ReadonlySet<SessionEvent['type']> = new Set(['text_delta', 'part_added', 'part_updated', 'part_removed'])

/** Sessions whose newest change is known: it matters while a page is being read. */
const KNOWN_CHANGES = 10_000

export type Events = ReturnType<typeof createEvents>

/** What happens in sessions: told to whoever listens, and kept for a while for those who come back. */
export function createEvents({ database, live, wire = NO_WIRE, log }: { database: Database, live: Live, wire?: Wire, log: FastifyBaseLogger }) {
  const ends = createSessionEnds(database)
  const sequences = createEventSequences({ database, ends, log })
  const kept = createKeptEvents()
  const heard = createHeard({ live, kept })
  const listeners = createListeners()
  const changes = new Map<string, number>()

  function keepAndTell(type: SessionEvent['type'], given: Omit<SessionEventRecord, 'frame'>) {
    const record = { ...given, frame: once(given.json) }
    kept.keep(record)
    if (!OF_A_LIVE_MESSAGE.has(type))
      keepRecent(changes, keyText(record.session), record.id, KNOWN_CHANGES)
    listeners.tell({ session: record.session, forEveryone: type === 'session_deleted', frame: record.frame, event: record })
  }

  function tellFrame(session: SessionKey, json: string, onlyFor?: string) {
    listeners.tell({ session, forEveryone: true, onlyFor, frame: once(json) })
  }

  /** Nobody tells how it goes on from what is known here. */
  function giveUp(session: SessionKey) {
    heard.forget(session)
    changes.delete(keyText(session))
    listeners.tell({ session, forEveryone: false, isLost: true, frame: once('') })
  }

  const isTold = (session: SessionKey) => sequences.lastOf(session) !== undefined
  const catchUp = createCatchingUp({ live, isHere: isTold, fetch: wire.fetch, giveUp })
  const lost = createLostNews({ heard, ends, listeners, isHere: session => isTold(session) || wire.epochOf(session) !== undefined, giveUp })

  function hearEvent(news: Extract<SessionNews, { type: 'event' }>) {
    const { session, id, previous, kind, json } = news
    if (wire.epochOf(session) === undefined && heard.take(news))
      keepAndTell(kind, { session, id, previous, json })
  }

  return {
    /** Must be awaited before a session's events are emitted: their ids are one sequence over all restarts. */
    open: sequences.open,

    /**
     * At once, so that what is changed in the same moment belongs to this event.
     * @returns false where nobody is told: another machine tells what happens in the session by now
     */
    emit(tenant: string, event: NewEvent): boolean {
      const session = { tenant, id: event.session_id }
      const epoch = wire.epochOf(session)
      if (epoch === undefined)
        return false
      const { id, previous } = sequences.take(session)
      const json = JSON.stringify({ ...event, event_id: id, previous_event_id: previous })
      keepAndTell(event.type, { session, id, previous, json })
      wire.send({ type: 'event', session, epoch, id, previous, kind: event.type, json })
      return true
    },

    /** For the list of sessions; not part of what one of them holds. */
    announce(tenant: string, frame: SessionUpdated) {
      const [session, json] = [{ tenant, id: frame.session_id }, JSON.stringify(frame)]
      tellFrame(session, json)
      wire.send({ type: 'frame', session, json })
    },

    /** For one person's devices. */
    announceTo(account: Account, frame: SessionMarked) {
      const [session, json, onlyFor] = [{ tenant: account.tenant, id: frame.session_id }, JSON.stringify(frame), accountId(account)]
      tellFrame(session, json, onlyFor)
      wire.send({ type: 'frame', session, onlyFor, json })
    },

    async of(session: SessionKey): Promise<SessionEvents> {
      await lost.compare(session)
      const lastHere = () => sequences.lastOf(session) ?? heard.lastOf(session)
      if (lastHere() === undefined)
        await wire.fetch(session)
      const idle = lastHere() ?? await ends.readLast(session)
      const last = () => lastHere() ?? idle
      return {
        last,
        lastChange: () => changes.get(keyText(session)),
        after: id => id === last() ? [] : kept.after(session, id),
      }
    },

    /** Before rows are told: they may not fit what is known here of the machine that makes them. @param asked as `createCatchingUp` has it @returns whether they must be read anew */
    complete: (session: SessionKey, messages: readonly Message[], asked = new Set<string>()): Promise<boolean> => catchUp(session, messages, asked),

    /** What another machine tells. */
    hear(news: SessionNews) {
      if (news.type === 'event')
        return hearEvent(news)
      if (news.type === 'frame') {
        const frame = JSON.parse(news.json) as SessionUpdated | SessionMarked
        if (frame.type === 'session_updated' && wire.epochOf(news.session) === undefined)
          heard.takeFrame(news.session, frame)
        return tellFrame(news.session, news.json, news.onlyFor)
      }
      if (wire.epochOf(news.session) === undefined)
        heard.takeSnapshot(news)
    },

    /** Some of what another machine told was never heard here. */
    miss: lost.miss,

    /** Whether any of it was not, without anything that says so: to be asked now and then. */
    compareAll: lost.compareAll,

    /** This machine has the session from now on: what others told of it is over. */
    begin: (session: SessionKey) => heard.begin(session, wire.epochOf(session)),

    /** As far as the session has come, for others. */
    snapshot(session: SessionKey) {
      const [epoch, last] = [wire.epochOf(session), sequences.lastOf(session)]
      if (epoch !== undefined && last !== undefined)
        wire.send({ type: 'snapshot', session, epoch, last, messages: live.messagesOf(session) })
    },

    /** Another machine may tell what follows. @returns the last id that was given here */
    close: sequences.close,

    /** Returns how to stop listening. */
    listen: listeners.listen,
  }
}

/** Made for the first who needs it. */
function once(json: string): () => Buffer {
  let bytes: Buffer | undefined
  return () => bytes ??= Buffer.from(json)
}
