import type { Pool } from 'pg'

/** Of PostgreSQL's own names for them. */
export const CHANNEL = 'satchel_news'

/** Bytes of a notification, of which PostgreSQL takes fewer than 8000. */
const NOTIFICATION_BYTES = 7900

export interface Batch { machine: string, number: number, body: string }

/** The same again is fine: it is not known of a connection that was lost whether it had arrived. @param batches of one machine */
export async function insertBatches(pool: Pool, batches: readonly Batch[]): Promise<void> {
  await pool.query('insert into machine_news (machine, number, body) select * from unnest($1::text[], $2::bigint[], $3::text[]) on conflict do nothing', columnsOf(batches))
}

const columnsOf = (batches: readonly Batch[]) => [batches.map(({ machine }) => machine), batches.map(({ number }) => number), batches.map(({ body }) => body)]

const wholeOf = ({ machine, number, body }: Batch) => `${machine} ${number} ${body}`

/** Whether a notification holds it, so that nobody has to read its row. */
export const fitsNotification = (batch: Batch): boolean => Buffer.byteLength(wholeOf(batch)) < NOTIFICATION_BYTES

/** A statement of its own: in the transaction of the rows it would keep all others waiting. What is too large is read from its row, which must be there then. */
export async function notify(pool: Pool, batches: readonly Batch[]): Promise<void> {
  const payloads = batches.map(batch => fitsNotification(batch) ? wholeOf(batch) : `${batch.machine} ${batch.number}`)
  await pool.query('select pg_notify($1, payload) from unnest($2::text[]) as payload', [CHANNEL, payloads])
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

/** From one machine to the next, and to the newest of each: by the index alone, however much was told lately. */
const NEWEST = `
  with recursive machines (machine) as (
    (select machine from machine_news order by machine limit 1)
    union all
    select (select machine from machine_news as n where n.machine > m.machine order by machine limit 1) from machines as m where m.machine is not null
  )
  select machine, (select number from machine_news as n where n.machine = m.machine order by number desc limit 1) as number
  from machines as m where machine is not null`

/** The newest number of each machine. */
export async function readNewest(pool: Pool): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ machine: string, number: string | null }>(NEWEST)
  return new Map(rows.map(({ machine, number }) => [machine, Number(number)]))
}

/** Of the row that each machine has of its own, before the first batch. It says that no news were lost since it was written: they would have gone with it. */
const MARK = 0

export async function writeMark(pool: Pool, machine: string): Promise<void> {
  await pool.query('insert into machine_news (machine, number, body) values ($1, $2, \'\') on conflict (machine, number) do update set told_at = now()', [machine, MARK])
}

/** @returns false where it is gone: the database lost all news in a crash, or this machine was away for longer than they are kept */
export async function renewMark(pool: Pool, machine: string): Promise<boolean> {
  const { rowCount } = await pool.query('update machine_news set told_at = now() where machine = $1 and number = $2', [machine, MARK])
  return rowCount === 1
}

/** @param seconds how old */
export async function deleteOldBatches(pool: Pool, seconds: number): Promise<void> {
  await pool.query('delete from machine_news where told_at < now() - make_interval(secs => $1)', [seconds])
}
