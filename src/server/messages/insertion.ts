import type { FastifyBaseLogger } from 'fastify'
import type { KeyedQueue } from '../../shared/keyedQueue.ts'
import type { Message } from '../../shared/protocol/message.ts'
import type { Events } from '../events/events.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Routes } from '../machines/calls/routes.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { BlobStore } from '../storage/blobs/blobStore.ts'
import type { Database } from '../storage/database/database.ts'
import { tidyUnreferenced } from '../storage/rows/blobReferences.ts'
import type { Turns } from '../turns/turns.ts'
import type { CheckedMessage, createMessageStore, StoredMessage } from './messageStore.ts'
import { takePlace, tellsOf, type Place } from './places.ts'

export interface Accepted { message: Message, replayed: boolean }

/** A message whose bytes are stored, and the one that it stands for. */
interface Insertion { message: StoredMessage, replaces?: string }

/** Stores a message's rows, tells of it, and has it answered: where the session's turns run. */
export function createInsertion({ database, blobs, store, turns, sessions, events, writes, routes, log }: {
  database: Database
  blobs: BlobStore
  store: ReturnType<typeof createMessageStore>
  turns: Turns
  sessions: Sessions
  events: Events
  /** By session: what is sent in a row is stored in that row. */
  writes: KeyedQueue
  routes: Routes
  log: FastifyBaseLogger
}) {
  /** @param keep stores the rows once the session's events are open; the message that it stands for waits meanwhile */
  async function insert(session: SessionKey, replaces: string | undefined, keep: (opened: Promise<void>, replaces?: Place) => Promise<Message>, onAccepted: (accepted: Accepted) => void): Promise<Accepted> {
    const place = replaces === undefined ? undefined : await takePlace({ database, turns }, session, replaces)
    try {
      const opened = events.open(session)
      opened.catch(() => undefined) // whoever waits for it is told, also where they wait for something else first
      const message = await keep(opened, place)
      const accepted = { message, replayed: false }
      onAccepted(accepted)
      if (place)
        events.emit(session.tenant, tellsOf(place, message))
      events.emit(session.tenant, { type: 'message_added', session_id: session.id, message })
      if (place?.held)
        place.held.replaceBy(message.id)
      else
        turns.enqueue(session, message.id)
      void sessions.announce(session)
      return accepted
    }
    finally {
      place?.held?.release()
      await tidyUnreferenced({ database, blobs, log }, place?.storagePaths ?? [])
    }
  }

  async function insertOnce(opened: Promise<void>, message: StoredMessage, replaces?: Place): Promise<Message> {
    await opened
    return store.insert({ ...message, replaces })
  }

  /** What another machine has checked, and whose bytes it has put. */
  const insertChecked = routes.route('message', (session, { message, replaces }: Insertion, answer: (accepted: Accepted) => void) =>
    writes.run(keyText(session), async () => {
      const known = await store.findSame(message) // which may have come to this machine meanwhile
      return known ? { message: known, replayed: true } : insert(session, replaces, (opened, place) => insertOnce(opened, message, place), answer)
    }))

  return {
    /** To be called in the session's turn to write: whoever removes the session next finds the message waiting, and drops it. */
    here: (checked: CheckedMessage, replaces: string | undefined, onAccepted: (accepted: Accepted) => void): Promise<Accepted> =>
      insert(checked.session, replaces, (opened, place) => store.put(checked, message => insertOnce(opened, message, place)), onAccepted),

    /** Where another machine has the session. @param onAccepted is called once */
    async elsewhere(checked: CheckedMessage, replaces: string | undefined, onAccepted: (accepted: Accepted) => void): Promise<Accepted> {
      let isTold = false
      const tell = (accepted: Accepted) => {
        if (!isTold)
          onAccepted(accepted)
        isTold = true
      }
      const accepted = await store.put(checked, message => insertChecked(checked.session, { message, replaces }, tell))
      tell(accepted)
      return accepted
    },
  }
}
