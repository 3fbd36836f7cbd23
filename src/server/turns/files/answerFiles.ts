import type { Database, DatabaseTransaction } from '../../storage/database/database.ts'
import { tidyUnreferenced } from '../../storage/rows/blobReferences.ts'
import { mirrorFirstAttachment } from '../../storage/rows/messageRows.ts'
import { shownPath } from '../../storage/workspace/workspaceRecord.ts'
import type { StoreFileDeps } from './storeFile.ts'

/** part-2 before part-10. */
const NATURAL = new Intl.Collator('en', { numeric: true })

const depthOf = (path: string) => path.split('/').length

/** What lies near the top comes first: it is what a person was meant to find. */
export const comparePaths = (a: string, b: string): number => depthOf(a) - depthOf(b) || NATURAL.compare(a, b)

/** Of the files of the workspace that are attached to an answer already, as attachments name them. */
export async function attachedPaths(database: Database, messageId: string): Promise<Set<string>> {
  const rows = await readFiles(database, messageId)
  return new Set(rows.map(({ path }) => path))
}

/**
 * Takes an answer's file of this path away, as the same transaction puts another one in its place.
 * @returns where its bytes are, which nothing may refer to then
 */
export async function takeReplaced(trx: DatabaseTransaction, messageId: string, path: string): Promise<string[]> {
  const replaced = await trx.deleteFrom('attachments').where('message_id', '=', messageId).where('path', '=', shownPath(path)).returning('storage_path').execute()
  if (replaced.length)
    await mirrorFirstAttachment(trx, messageId)
  return replaced.map(({ storage_path }) => storage_path)
}

/** At the end of a turn: what was stored while it went on and is gone since is no part of the answer, and the rest is in order. */
export async function tidyAnswer(deps: StoreFileDeps, messageId: string, gone: readonly string[]): Promise<void> {
  const files = await readFiles(deps.database, messageId)
  const attached = new Set(files.map(({ path }) => path))
  const left = gone.map(shownPath).filter(path => attached.has(path))
  if (!left.length && isInOrder(files))
    return
  const freed = await deps.database.transaction().execute(async (trx) => {
    const places: string[] = []
    for (const path of left)
      places.push(...await takeReplaced(trx, messageId, path))
    await putInOrder(trx, messageId)
    return places
  })
  await tidyUnreferenced(deps, freed)
}

interface AnswerFile { id: string, path: string, ordinal: number }

const inOrder = (files: readonly AnswerFile[]) => files.toSorted((a, b) => comparePaths(a.path, b.path))
const isInOrder = (files: readonly AnswerFile[]) => inOrder(files).every((file, i) => file === files[i])

async function putInOrder(trx: DatabaseTransaction, messageId: string) {
  const files = await readFiles(trx, messageId)
  if (isInOrder(files))
    return
  const last = Math.max(...files.map(({ ordinal }) => ordinal))
  for (const [i, { id }] of inOrder(files).entries())
    await trx.updateTable('attachments').set({ ordinal: last + 1 + i }).where('id', '=', id).execute()
  await mirrorFirstAttachment(trx, messageId)
}

async function readFiles(database: Database | DatabaseTransaction, messageId: string): Promise<AnswerFile[]> {
  const rows = await database.selectFrom('attachments').select(['id', 'path', 'ordinal'])
    .where('message_id', '=', messageId).where('path', 'is not', null)
    .orderBy('ordinal')
    .execute()
  return rows.flatMap(({ id, path, ordinal }) => path === null ? [] : [{ id, path, ordinal: Number(ordinal) }])
}
