import { transact } from './draftDatabase.ts'
import type { DraftTransaction } from './draftSchema.ts'
import { deleteMedias } from './mediaRecords.ts'

/**
 * Removes what nothing refers to any more, a crash between versions or a deleted session's for example: medias
 * with their thumbnails, revisions of drafts that are gone, leases of tabs that are. What is in use stays, and
 * what is younger. Keys are read, not megabytes.
 * @param olderThan milliseconds since the epoch
 * @returns how many medias and thumbnails went
 */
export function removeOrphanedMedias(olderThan: number): Promise<number> {
  return transact({
    stores: ['draftMessages', 'draftMedias', 'draftThumbnails', 'draftRevisions', 'outbox', 'leases'],
    mode: 'readwrite',
  }, async (tx) => {
    const [removed] = await Promise.all([removeMedias(tx, olderThan), removeRevisions(tx, olderThan), removeLeases(tx, olderThan)])
    return removed
  })
}

async function removeMedias(tx: DraftTransaction, olderThan: number) {
  const [drafts, messages, medias, thumbnails] = await Promise.all([
    tx.objectStore('draftMessages').getAll(),
    tx.objectStore('outbox').getAll(),
    tx.objectStore('draftMedias').getAllKeys(),
    tx.objectStore('draftThumbnails').getAllKeys(),
  ])
  const used = new Set([...drafts, ...drafts.flatMap(({ aside, ended }) => [aside ?? [], ended ?? []].flat()), ...messages].flatMap(({ mediaIds = [] }) => mediaIds))
  const unused = [...new Set([...medias, ...thumbnails])].filter(id => !used.has(id))
  const old: string[] = []
  for (const id of unused) {
    // The thumbnail knows the same without the bytes; only the first versions saved none.
    const known = await tx.objectStore('draftThumbnails').get(id) ?? await tx.objectStore('draftMedias').get(id)
    if (known && known.createdAt < olderThan)
      old.push(id)
  }
  await deleteMedias(tx, old)
  return old.length
}

/** A text in conflict is a person's, whether or not there is a draft beside it. */
async function removeRevisions(tx: DraftTransaction, olderThan: number) {
  const revisions = tx.objectStore('draftRevisions')
  const drafts = new Set(await tx.objectStore('draftMessages').getAllKeys())
  for (let cursor = await revisions.openCursor(); cursor; cursor = await cursor.continue()) {
    const { conflicting = {}, changedAt = 0 } = cursor.value
    if (!drafts.has(cursor.key) && !Object.keys(conflicting).length && changedAt < olderThan)
      await cursor.delete()
  }
}

async function removeLeases(tx: DraftTransaction, olderThan: number) {
  const leases = tx.objectStore('leases')
  for (let cursor = await leases.openCursor(); cursor; cursor = await cursor.continue()) {
    if (cursor.value.until < olderThan)
      await cursor.delete()
  }
}
