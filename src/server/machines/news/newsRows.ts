import type { Pool } from 'pg'

/** Of PostgreSQL's own names for them. */
export const CHANNEL = 'satchel_news'

/** Bytes of a notification, of which PostgreSQL takes fewer than 8000. */
const NOTIFICATION_BYTES = 7900

export interface Batch { machine: string, number: number, body: string }

/** The same again is fine: it is not known of a connection that was lost whether it had arrived. */
export async function insertBatch(pool: Pool, { machine, number, body }: Batch): Promise<void> {
  await pool.query('insert into machine_news (machine, number, body) values ($1, $2, $3) on conflict do nothing', [machine, number, body])
}

/** A statement of its own, after the row is committed: inside of a transaction it would keep all others waiting. What is too large is read from its row. */
export async function notify(pool: Pool, { machine, number, body }: Batch): Promise<void> {
  const whole = `${machine} ${number} ${body}`
  await pool.query('select pg_notify($1, $2)', [CHANNEL, Buffer.byteLength(whole) < NOTIFICATION_BYTES ? whole : `${machine} ${number}`])
}

export function readNotification(payload: string): { machine: string, number: number, body?: string } | undefined {
  const [, machine, number, body] = /^(\S+) (\d+)(?: (.*))?$/s.exec(payload) ?? []
  return machine === undefined ? undefined : { machine, number: Number(number), body }
}

/** What follows in a machine's own order. */
export async function readBatches(pool: Pool, machine: string, after: number, most: number): Promise<Batch[]> {
  const { rows } = await pool.query<{ number: string, body: string }>('select number, body from machine_news where machine = $1 and number > $2 order by number limit $3', [machine, after, most])
  return rows.map(({ number, body }) => ({ machine, number: Number(number), body }))
}

/** The newest number of each machine. */
export async function readNewest(pool: Pool): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ machine: string, number: string }>('select machine, max(number) as number from machine_news group by machine')
  return new Map(rows.map(({ machine, number }) => [machine, Number(number)]))
}

/** @param seconds how old */
export async function deleteOldBatches(pool: Pool, seconds: number): Promise<void> {
  await pool.query('delete from machine_news where told_at < now() - make_interval(secs => $1)', [seconds])
}
