import type { DraftMedia } from '../files/fileUtils.ts'
import type { DraftThumbnail, DraftTransaction } from './draftSchema.ts'

/* Medias with their thumbnails, inside a transaction that somebody else has begun. */

/** What was taken out of a draft, so that it can be put back. */
export interface Removed {
  media: DraftMedia
  thumbnail?: DraftThumbnail
}

export async function putMedias(tx: DraftTransaction, medias: readonly Removed[]): Promise<void> {
  await Promise.all(medias.flatMap(({ media, thumbnail }) => [
    tx.objectStore('draftMedias').put(media),
    thumbnail && tx.objectStore('draftThumbnails').put(thumbnail),
  ]))
}

export async function takeMedias(tx: DraftTransaction, ids: readonly string[]): Promise<Removed[]> {
  const removed = await readMedias(tx, ids)
  await deleteMedias(tx, ids)
  return removed
}

/** In this order; those that are gone are left out. */
export async function readMedias(tx: DraftTransaction, ids: readonly string[]): Promise<Removed[]> {
  const found = await Promise.all(ids.map(async (id): Promise<Removed[]> => {
    const [media, thumbnail] = await Promise.all([tx.objectStore('draftMedias').get(id), tx.objectStore('draftThumbnails').get(id)])
    return media ? [{ media, thumbnail }] : []
  }))
  return found.flat()
}

export async function deleteMedias(tx: DraftTransaction, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.flatMap(id => [tx.objectStore('draftMedias').delete(id), tx.objectStore('draftThumbnails').delete(id)]))
}

export async function mediaIds(tx: DraftTransaction, sessionId: string) {
  return (await tx.objectStore('draftMessages').get(sessionId))?.mediaIds ?? []
}

export function inOrder<Value extends { id: string }>(values: Value[], ids: readonly string[]): Value[] {
  const byId = new Map(values.map(value => [value.id, value]))
  return ids.flatMap(id => byId.get(id) ?? [])
}

/** Those of the session that no message on its way holds. */
export async function mediasOfDraft(tx: DraftTransaction, sessionId: string): Promise<string[]> {
  const [ids, outbox] = await Promise.all([
    tx.objectStore('draftMedias').index('sessionId').getAllKeys(sessionId),
    tx.objectStore('outbox').getAll(),
  ])
  const sent = new Set(outbox.flatMap(({ mediaIds }) => mediaIds))
  return ids.filter(id => !sent.has(id))
}
