import { sql } from 'kysely'
import { foldForIndex } from '../../shared/search/fold.ts'
import type { Database, DatabaseTransaction } from '../storage/database/database.ts'
import { TENANT_IDS, type SearchTables } from '../storage/database/tables/searchTables.ts'
import { indexTextOf } from './trigrams.ts'

export type DocumentKind = SearchTables['search_documents']['kind']

/** A part of something that is searched. */
export interface Piece {
  kind: DocumentKind
  sourceId: string
  /** In UTF-16 units of the whole. */
  start: number
  text: string
}

/** UTF-16 units of a piece. Pieces overlap by more than anybody searches for, so that nothing is cut in two. */
export const PIECE_CHARS = 16_384
const OVERLAP = 256

/** Pieces of a long text, each of which is indexed in a few milliseconds. */
export function* piecesOf(kind: DocumentKind, sourceId: string, text: string): Generator<Piece> {
  for (let start = 0; start === 0 || start + OVERLAP < text.length; start += PIECE_CHARS - OVERLAP)
    yield { kind, sourceId, start, text: text.slice(start, start + PIECE_CHARS) }
}

/** Of one tenant: titles stand above all else, so that they are found first. */
export interface IdRange { from: number, to: number }

export const rangesOf = (tenantNumber: number): { titles: IdRange, texts: IdRange } => {
  const [from, half] = [tenantNumber * TENANT_IDS, TENANT_IDS / 2]
  return { texts: { from, to: from + half }, titles: { from: from + half, to: from + TENANT_IDS } }
}

/** Undefined where nothing of the tenant was indexed yet. */
export async function findTenantNumber(db: Database | DatabaseTransaction, tenant: string): Promise<number | undefined> {
  return (await db.selectFrom('search_tenants').select('number').where('tenant_id', '=', tenant).executeTakeFirst())?.number
}

async function tenantNumber(trx: DatabaseTransaction, tenant: string): Promise<number> {
  const known = await findTenantNumber(trx, tenant)
  return known ?? (await trx.insertInto('search_tenants').values({ tenant_id: tenant }).returning('number').executeTakeFirstOrThrow()).number
}

/** The ids of what there is in a range, as long as it stands. */
export async function endsOf(db: Database | DatabaseTransaction, { from, to }: IdRange): Promise<{ first: number, last: number } | undefined> {
  const { rows: [row] } = await sql<{ first: number | null, last: number | null }>`
    select (select min(id) from search_documents where id >= ${from} and id < ${to}) as first,
      (select max(id) from search_documents where id >= ${from} and id < ${to}) as last
  `.execute(db)
  return row && row.first !== null && row.last !== null ? { first: row.first, last: row.last } : undefined
}

/** What is new stands above everything that is there; what is added from before there was an index, below. */
export async function addPieces(trx: DatabaseTransaction, tenant: string, pieces: readonly Piece[], place: 'above' | 'below'): Promise<void> {
  const ranges = rangesOf(await tenantNumber(trx, tenant))
  for (const [range, some] of [[ranges.titles, pieces.filter(({ kind }) => kind === 'title')], [ranges.texts, pieces.filter(({ kind }) => kind !== 'title')]] as const) {
    if (some.length)
      await addToRange(trx, range, some, place)
  }
}

async function addToRange(trx: DatabaseTransaction, range: IdRange, pieces: readonly Piece[], place: 'above' | 'below') {
  const ends = await endsOf(trx, range)
  const middle = range.from + (range.to - range.from) / 2
  const [next, step] = place === 'above' ? [(ends?.last ?? middle) + 1, 1] : [(ends?.first ?? middle) - 1, -1]
  // In the order of their ids: what comes out of order costs the index a piece of its own.
  const rows = pieces.map((piece, i) => ({ ...piece, id: next + i * step })).sort((a, b) => a.id - b.id)
  await trx.insertInto('search_documents')
    .values(rows.map(({ id, kind, sourceId, start, text }) => ({ id, kind, source_id: sourceId, start, text: kind === 'file' ? text : null })))
    .execute()
  await sql`insert into search_index (rowid, text) values ${sql.join(rows.map(({ id, text }) => sql`(${id}, ${indexTextOf(foldForIndex(text))})`))}`.execute(trx)
}

/** @param tenant of a title: two tenants may have sessions of one id */
export async function removePieces(trx: DatabaseTransaction, tenant: string, kinds: readonly DocumentKind[], sourceId: string): Promise<void> {
  const number = await findTenantNumber(trx, tenant)
  if (number === undefined)
    return
  await trx.deleteFrom('search_documents')
    .where('source_id', '=', sourceId).where('kind', 'in', kinds)
    .where('id', '>=', number * TENANT_IDS).where('id', '<', (number + 1) * TENANT_IDS)
    .execute()
}

/** Kind and source of what is in the index of these. */
export async function readIndexed(trx: DatabaseTransaction, tenant: string, sourceIds: readonly string[]): Promise<Set<string>> {
  const number = await findTenantNumber(trx, tenant)
  if (number === undefined)
    return new Set()
  const rows = await trx.selectFrom('search_documents').select(['kind', 'source_id'])
    .where('source_id', 'in', sourceIds)
    .where('id', '>=', number * TENANT_IDS).where('id', '<', (number + 1) * TENANT_IDS)
    .execute()
  return new Set(rows.map(({ kind, source_id }) => `${kind} ${source_id}`))
}
