import { sql } from 'kysely'
import { unindexed } from '../storage/database/dialects/unindexed.ts'
import type { Database, DatabaseTransaction } from '../storage/database/database.ts'
import { transactionInHaste } from '../storage/database/haste.ts'
import { addPieces, readIndexed, removePieces, type Piece } from './documents.ts'
import { KINDS, type Source } from './sources.ts'

export interface NewPiece {
  source: Source
  piece: Piece
  /** Of what was there before there was an index: below. */
  place: 'above' | 'below'
}

/** What is to be written into the index in one go. */
export interface IndexBatch {
  /** What is in the index of these is not true any more. */
  clear: Source[]
  add: NewPiece[]
  /** They are indexed as they were at that version; what changed since stays in the queue. */
  done: (Source & { version: number })[]
  /** Rows from here on are added. */
  filled?: { kind: Source['kind'], below: number }
}

/** All of it or nothing. What a power cut takes back is in the queue again: the disk is not waited for, thousands of times. */
export function writeBatch(database: Database, { clear, add, done, filled }: IndexBatch): Promise<void> {
  return transactionInHaste(database, async (trx) => {
    for (const { kind, tenant, id } of clear)
      await removePieces(trx, tenant, KINDS[kind], id)
    for (const { tenant, place, kind, pieces } of grouped(add))
      await addPieces(trx, tenant, await mayAdd(trx, { tenant, place, kind }, pieces), place)
    for (const { kind, tenant, id, version } of done)
      await trx.deleteFrom('search_queue').where('kind', '=', kind).where('tenant_id', '=', tenant).where('id', '=', id).where('version', '=', version).execute()
    if (filled)
      await trx.updateTable('search_fill').set({ below: filled.below }).where('kind', '=', filled.kind).execute()
  })
}

interface Group { tenant: string, place: NewPiece['place'], kind: Source['kind'] }

/** By tenant, place and kind of source, each in its order. */
function grouped(add: readonly NewPiece[]): (Group & { pieces: Piece[] })[] {
  const groups = new Map<string, Group & { pieces: Piece[] }>()
  for (const { source: { tenant, kind }, piece, place } of add) {
    const key = JSON.stringify([tenant, kind, place])
    const group = groups.get(key) ?? { tenant, kind, place, pieces: [] }
    group.pieces.push(piece)
    groups.set(key, group)
  }
  return [...groups.values()]
}

/** What went while it was being read is not added; nor is from before what was indexed since, because it changed. */
async function mayAdd(trx: DatabaseTransaction, { tenant, place, kind }: Group, pieces: readonly Piece[]): Promise<Piece[]> {
  const ids = [...new Set(pieces.map(({ sourceId }) => sourceId))]
  const ofTenant = kind === 'session' ? sql<string>`tenant_id` : unindexed(trx, 'tenant_id') // by the ids, which are the key: not through all that a tenant has
  const there = await trx.selectFrom(`${kind}s`).select('id').where(ofTenant, '=', tenant).where('id', 'in', ids).execute()
  const known = new Set(there.map(({ id }) => id))
  const indexed = place === 'below' ? await readIndexed(trx, tenant, ids) : new Set<string>()
  return pieces.filter(({ sourceId, kind, start }) => known.has(sourceId) && (start > 0 || !indexed.has(`${kind} ${sourceId}`)))
}
