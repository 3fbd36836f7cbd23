import { sql } from 'kysely'
import type { Database } from '../storage/database/database.ts'
import type { Source, SourceKind } from './sources.ts'

/** Sources that are looked at in one go. */
const AT_ONCE = 50
/** After so many failures only a new change brings it back. */
const MAX_TRIES = 8
const RETRY_MS = 30_000

export interface DueSource extends Source { version: number }

/** What changed and is not indexed yet. */
export async function takeDue(database: Database): Promise<DueSource[]> {
  const rows = await database.selectFrom('search_queue').selectAll()
    .where(({ eb, or }) => or([eb('retry_at', 'is', null), eb('retry_at', '<', new Date().toISOString())]))
    .where('tries', '<', MAX_TRIES)
    .orderBy('tries')
    .limit(AT_ONCE)
    .execute()
  return rows.map(({ kind, tenant_id, id, version }) => ({ kind, tenant: tenant_id, id, version }))
}

/** It could not be read now: later, and ever later. */
export async function putOff(database: Database, { kind, tenant, id }: Source): Promise<void> {
  const row = await database.selectFrom('search_queue').select('tries').where('kind', '=', kind).where('tenant_id', '=', tenant).where('id', '=', id).executeTakeFirst()
  const tries = (row?.tries ?? 0) + 1
  await database.updateTable('search_queue').set({ tries, retry_at: new Date(Date.now() + RETRY_MS * 2 ** tries).toISOString() })
    .where('kind', '=', kind).where('tenant_id', '=', tenant).where('id', '=', id)
    .execute()
}

/** Rows from before there was an index, the newest first. */
export interface FillRows {
  kind: SourceKind
  sources: Source[]
  /** All from there on are among them. */
  below: number
}

/** The next ones that are not indexed; undefined where all are. */
export async function takeFill(database: Database): Promise<FillRows | undefined> {
  const left = await database.selectFrom('search_fill').selectAll().where('below', '>', 0).orderBy('kind', 'desc').execute() // titles, then messages, then files
  const [next] = left
  if (!next)
    return undefined
  const { rows } = await sql<{ rowid: number, tenant_id: string, id: string }>`
    select rowid, tenant_id, id from ${sql.table(`${next.kind}s`)} where rowid < ${next.below} order by rowid desc limit ${AT_ONCE}
  `.execute(database)
  return { kind: next.kind, sources: rows.map(({ tenant_id, id }) => ({ kind: next.kind, tenant: tenant_id, id })), below: rows.length < AT_ONCE ? 0 : rows.at(-1)?.rowid ?? 0 }
}

export async function isFilled(database: Database): Promise<boolean> {
  return await database.selectFrom('search_fill').select('kind').where('below', '>', 0).executeTakeFirst() === undefined
}
