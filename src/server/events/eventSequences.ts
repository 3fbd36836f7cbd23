import type { FastifyBaseLogger } from 'fastify'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Database } from '../storage/database/database.ts'

/** Ids that are reserved in the database at once: about five minutes of an answer that is being streamed. */
const RESERVED_AT_ONCE = 10_000
/** A new process begins this far behind what is reserved, so that ids given while a reservation failed are not given again. */
const SKIPPED = RESERVED_AT_ONCE

interface Sequence {
  session: SessionKey
  last: number
  reserved: number
  reserving?: Promise<unknown>
}

export interface EventIds { id: number, previous: number | null }

export type EventSequences = ReturnType<typeof createEventSequences>

/**
 * The ids of each session's events, one growing sequence a session. They are reserved in the database before they
 * are given, so that no later process gives one again.
 */
export function createEventSequences({ database, log }: { database: Database, log: FastifyBaseLogger }) {
  /** Of the sessions in which something happened since this process began: a few numbers each. */
  const sequences = new Map<string, Promise<Sequence> | Sequence>()

  async function readLast({ tenant, id }: SessionKey): Promise<number> {
    const row = await database.selectFrom('event_sequences').select('reserved_event_id')
      .where('tenant_id', '=', tenant).where('session_id', '=', id)
      .executeTakeFirst()
    return row ? row.reserved_event_id + SKIPPED : 0
  }

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
    const last = await readLast(session)
    const sequence: Sequence = { session, last, reserved: last }
    await reserve(sequence)
    sequences.set(keyText(session), sequence)
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
        await sequence
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

    /** The newest id of a session that is open; undefined of any other. */
    lastOf: (session: SessionKey): number | undefined => opened(session)?.last,

    /** The newest id of a session that is not open, and what its next event will call its previous one. 0 before the first. */
    readLast,
  }
}
