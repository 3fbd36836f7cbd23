import type { FastifyBaseLogger } from 'fastify'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Database } from '../storage/database/database.ts'
import { RESERVED_AT_ONCE, type SessionEnds } from './sessionEnds.ts'

interface Sequence {
  session: SessionKey
  last: number
  reserved: number
  reserving?: Promise<unknown>
}

export interface EventIds { id: number, previous: number | null }

/**
 * The ids of each session's events, one growing sequence a session. They are reserved in the database before they
 * are given, so that no later process gives one again.
 */
export function createEventSequences({ database, ends, log }: { database: Database, ends: SessionEnds, log: FastifyBaseLogger }) {
  /** Of the sessions in which something happened since this process began: a few numbers each. */
  const sequences = new Map<string, Promise<Sequence> | Sequence>()

  async function reserve(sequence: Sequence) {
    const { session: { tenant, id }, last } = sequence
    const reserved_event_id = last + RESERVED_AT_ONCE
    await database.insertInto('event_sequences')
      .values({ tenant_id: tenant, session_id: id, reserved_event_id })
      .onConflict(conflict => conflict.columns(['tenant_id', 'session_id']).doUpdateSet({ reserved_event_id }))
      .execute()
    sequence.reserved = reserved_event_id
  }

  async function begin(session: SessionKey): Promise<Sequence> {
    const last = await ends.readLast(session, 1)
    const sequence: Sequence = { session, last, reserved: last }
    await reserve(sequence)
    return sequence
  }

  function opened(session: SessionKey): Sequence | undefined {
    const sequence = sequences.get(keyText(session))
    return sequence instanceof Promise ? undefined : sequence
  }

  return {
    /** From then on `take` gives ids of this session at once. */
    async open(session: SessionKey): Promise<void> {
      const key = keyText(session)
      const sequence = sequences.get(key) ?? begin(session)
      if (!sequences.has(key))
        sequences.set(key, sequence)
      try {
        const begun = await sequence
        if (sequences.get(key) === sequence) // or the session was closed meanwhile: another machine may give the next ones
          sequences.set(key, begun)
      }
      catch (error) {
        if (sequences.get(key) === sequence)
          sequences.delete(key)
        throw error
      }
    },

    /** Of a session that is open. */
    take(session: SessionKey): EventIds {
      const sequence = opened(session)
      if (!sequence)
        throw new Error('open() must be awaited before the events of a session are told')
      const previous = sequence.last || null
      const id = ++sequence.last
      if (sequence.reserved - id < RESERVED_AT_ONCE / 2)
        sequence.reserving ??= reserve(sequence)
          .catch(error => log.error(error, 'ids of events were not reserved'))
          .finally(() => { sequence.reserving = undefined })
      return { id, previous }
    },

    /** Another machine may give the next ones. @returns the last that was given here; undefined where none was */
    close(session: SessionKey): number | undefined {
      const last = opened(session)?.last
      sequences.delete(keyText(session))
      return last
    },

    /** The newest id of a session that is open; undefined of any other. */
    lastOf: (session: SessionKey): number | undefined => opened(session)?.last,
  }
}
