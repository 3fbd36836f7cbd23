import { sql } from 'kysely'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Database } from '../../storage/database/database.ts'
import { LEASE_S } from '../../storage/database/fence/fence.ts'

export const LEASE_MS = LEASE_S * 1000

const until = sql<Date>`clock_timestamp() + make_interval(secs => ${LEASE_S})`

/** @returns the epoch; undefined where another machine has it */
export async function takeLease(database: Database, machine: string, { tenant, id }: SessionKey): Promise<number | undefined> {
  const row = await database.insertInto('session_leases').values({ tenant_id: tenant, session_id: id, machine, epoch: 1, until })
    .onConflict(conflict => conflict.columns(['tenant_id', 'session_id'])
      .doUpdateSet({ machine, epoch: sql<number>`session_leases.epoch + 1`, until })
      .where('session_leases.until', '<', sql<Date>`clock_timestamp()`))
    .returning('epoch')
    .executeTakeFirst()
  return row?.epoch
}

/** The machine that has it now. */
export async function readHolder(database: Database, { tenant, id }: SessionKey): Promise<string | undefined> {
  const row = await database.selectFrom('session_leases').select('machine')
    .where('tenant_id', '=', tenant).where('session_id', '=', id).where('until', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst()
  return row?.machine
}

export interface LeaseRow { session: SessionKey, epoch: number }

/**
 * Of those that the machine knows it has, and of no other row with its name: one that it does not know of, because the
 * answer to its taking was lost, or that it could not give back, must end by itself. What is over stays over: another
 * machine may be about to take it.
 * @returns those that last longer now
 */
export async function renewLeases(database: Database, machine: string, held: readonly LeaseRow[]): Promise<LeaseRow[]> {
  const { rows } = await sql<{ tenant_id: string, session_id: string, epoch: number }>`
    update session_leases as l set until = ${until}
    from unnest(${held.map(({ session }) => session.tenant)}::text[], ${held.map(({ session }) => session.id)}::text[], ${held.map(({ epoch }) => epoch)}::bigint[]) as held (tenant_id, session_id, epoch)
    where l.tenant_id = held.tenant_id and l.session_id = held.session_id and l.epoch = held.epoch
      and l.machine = ${machine} and l.until > clock_timestamp()
    returning l.tenant_id, l.session_id, l.epoch`.execute(database)
  return rows.map(({ tenant_id, session_id, epoch }) => ({ session: { tenant: tenant_id, id: session_id }, epoch }))
}

/** The next one goes on with the events where this one ends. @param last the newest event's id; `same` where none was told, undefined where that is not known */
export async function releaseLease(database: Database, machine: string, { session: { tenant, id }, epoch }: LeaseRow, last: number | 'same' | undefined): Promise<void> {
  const closed = last === 'same'
    ? { closed_epoch: sql<number>`case when closed_epoch = epoch - 1 then epoch else closed_epoch end` }
    : { last_event_id: last, closed_epoch: epoch }
  await database.updateTable('session_leases')
    .set({ until: sql<Date>`clock_timestamp() - interval '1 millisecond'`, ...last !== undefined && closed })
    .where('tenant_id', '=', tenant).where('session_id', '=', id).where('machine', '=', machine).where('epoch', '=', epoch)
    .execute()
}

/** Where nobody else can be at work: what an earlier process held is free. */
export async function endAllLeases(database: Database): Promise<void> {
  await database.updateTable('session_leases').set({ until: sql<Date>`clock_timestamp() - interval '1 millisecond'` })
    .where('until', '>', sql<Date>`clock_timestamp()`)
    .execute()
}

/** Sessions in which something waits for an answer, or was cut off in one, and on which no machine works: any of them, so that none has to wait for others that cannot be taken. */
export async function findAbandoned(database: Database, most: number): Promise<SessionKey[]> {
  const rows = await database.selectFrom('messages as m')
    .leftJoin('session_leases as l', join => join.onRef('l.tenant_id', '=', 'm.tenant_id').onRef('l.session_id', '=', 'm.session_id'))
    .select(['m.tenant_id', 'm.session_id'])
    .where(sql<boolean>`m.status in ('accepted', 'running')`)
    .where(({ eb, or }) => or([eb('l.until', 'is', null), eb('l.until', '<', sql<Date>`clock_timestamp()`)]))
    .groupBy(['m.tenant_id', 'm.session_id'])
    .orderBy(sql`random()`)
    .limit(most)
    .execute()
  return rows.map(({ tenant_id, session_id }) => ({ tenant: tenant_id, id: session_id }))
}
