import { sql } from 'kysely'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Database } from '../storage/database/database.ts'
import { LEASE_S } from '../storage/database/fence/fence.ts'

/** Ids that are reserved in the database at once: about five minutes of an answer that is being streamed. */
export const RESERVED_AT_ONCE = 10_000
/** A new process begins this far behind what is reserved, so that ids given while a reservation failed are not given again. */
const SKIPPED = RESERVED_AT_ONCE
/** The lease has been over for as long as one lasts: what its machine told of the session is nowhere under way any more. */
const isOld = sql<boolean>`l.until < clock_timestamp() - make_interval(secs => ${LEASE_S})`
/** Sessions that are looked up with one statement. */
const AT_ONCE = 1000

/** How far somebody has come who follows a session. */
export interface Position { session: SessionKey, last: number }

/** Of a session on which no machine works. `isLost`: its machine ended without a word, and all that is known is that it gave no higher id. */
export interface SessionEnd { epoch: number, last: number, isLost: boolean }

export type SessionEnds = ReturnType<typeof createSessionEnds>

interface EndRow { reserved_event_id: number, epoch: number | null, closed_epoch: number | null, last_event_id: number | null }

/** @param taken how often the session was taken since the one whose last event is looked for gave it back */
function endOf({ reserved_event_id, epoch, closed_epoch, last_event_id }: EndRow, taken = 0) {
  const isGivenBack = epoch !== null && closed_epoch === epoch - taken
  return isGivenBack && last_event_id !== null ? { last: last_event_id, isLost: false } : { last: reserved_event_id + SKIPPED, isLost: true }
}

/** Where sessions end by what the database knows, which is what machines left when they gave them back or ended. */
export function createSessionEnds(database: Database) {
  const rows = () => database.selectFrom('event_sequences as s')
    .leftJoin('session_leases as l', join => join.onRef('l.tenant_id', '=', 's.tenant_id').onRef('l.session_id', '=', 's.session_id'))
    .select(['s.reserved_event_id', 'l.epoch', 'l.closed_epoch', 'l.last_event_id'])

  async function behindOf(positions: readonly Position[]): Promise<SessionKey[]> {
    const { rows } = await sql<EndRow & { tenant_id: string, session_id: string, last: number }>`
      select l.tenant_id, l.session_id, f.last, s.reserved_event_id, l.epoch, l.closed_epoch, l.last_event_id
      from unnest(${positions.map(({ session }) => session.tenant)}::text[], ${positions.map(({ session }) => session.id)}::text[], ${positions.map(({ last }) => last)}::bigint[]) as f (tenant_id, session_id, last)
      join session_leases as l on l.tenant_id = f.tenant_id and l.session_id = f.session_id
      join event_sequences as s on s.tenant_id = f.tenant_id and s.session_id = f.session_id
      where ${isOld}`.execute(database)
    return rows.filter(row => endOf(row).last > row.last).map(({ tenant_id, session_id }) => ({ tenant: tenant_id, id: session_id }))
  }

  return {
    /** The newest id of a session that no machine has told of here, and what its next event will call its previous one. 0 before the first. */
    async readLast({ tenant, id }: SessionKey, taken = 0): Promise<number> {
      const row = await rows().where('s.tenant_id', '=', tenant).where('s.session_id', '=', id).executeTakeFirst()
      return row ? endOf(row, taken).last : 0
    },

    /** Undefined where a machine works on the session, or gave it back so lately that what it told may be under way. */
    async readEnd({ tenant, id }: SessionKey): Promise<SessionEnd | undefined> {
      const row = await rows().select(isOld.as('is_old'))
        .where('s.tenant_id', '=', tenant).where('s.session_id', '=', id).where('l.until', '<', sql<Date>`clock_timestamp()`)
        .executeTakeFirst()
      if (!row || row.epoch === null)
        return undefined
      const end = endOf(row)
      return end.isLost || row.is_old ? { epoch: row.epoch, ...end } : undefined
    },

    /** Of these, the sessions that ended further on: whatever was told of them will not come any more. */
    async findBehind(positions: readonly Position[]): Promise<SessionKey[]> {
      const behind: SessionKey[] = []
      for (let i = 0; i < positions.length; i += AT_ONCE)
        behind.push(...await behindOf(positions.slice(i, i + AT_ONCE)))
      return behind
    },
  }
}
