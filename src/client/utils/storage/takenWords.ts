import { readJournal } from '../device/unloadJournal.ts'
import type { DraftRevision, DraftTransaction } from './draftSchema.ts'

/** How many are remembered that the journal names no longer: what a tab reads of it may be a moment old. */
const RECENT = 10

/** What of the journal has found its place, in a draft or as a message: it is not taken over again. */
export const takenIds = ({ taken = [], sent }: Pick<DraftRevision, 'taken' | 'sent'>): string[] => sent ? [sent, ...taken] : taken

/** @param ids of entries of the journal, written or not */
export async function markTaken(tx: DraftTransaction, sessionId: string, ids: readonly string[]): Promise<void> {
  const revisions = tx.objectStore('draftRevisions')
  await revisions.put(withTaken(await revisions.get(sessionId), ids), sessionId)
}

/** The record of a draft's text that says so. */
export function withTaken(revision: DraftRevision | undefined, ids: readonly string[]): DraftRevision {
  const { sent, ...stored } = revision ?? {}
  const all = [...new Set([...takenIds({ ...stored, sent }), ...ids])]
  const named = new Set(readJournal().map(({ id }) => id))
  return { ...stored, taken: all.filter((id, i) => named.has(id) || i >= all.length - RECENT) }
}
