import { transact, type Scope } from '../draftDatabase.ts'
import type { DraftMessage } from '../draftSchema.ts'
import { putMedias, takeMedias, type Removed } from '../mediaRecords.ts'
import { joinDrafts } from './joinDrafts.ts'
import { revise, touch } from '../textStorage.ts'

/* What was being written when a message was opened to be edited, thrown away while it waits, and put back. */

const WRITE: Scope = { stores: ['draftMessages', 'draftRevisions', 'draftMedias', 'draftThumbnails'], mode: 'readwrite', durability: 'strict' }

export interface DiscardedAside {
  aside: Pick<DraftMessage, 'message' | 'mediaIds'>
  files: readonly Removed[]
}

/** @returns undefined where nothing waits any more */
export function discardAside(sessionId: string): Promise<DiscardedAside | undefined> {
  return transact(WRITE, async (tx) => {
    const { aside, ...edit } = await tx.objectStore('draftMessages').get(sessionId) ?? {}
    if (!aside)
      return undefined
    const files = await takeMedias(tx, aside.mediaIds ?? [])
    await tx.objectStore('draftMessages').put(edit, sessionId)
    await touch(tx, sessionId)
    return { aside, files }
  })
}

/** It waits again, or, where the edit is over, it is the draft, before what was begun meanwhile. */
export function restoreAside(sessionId: string, { aside, files }: DiscardedAside): Promise<void> {
  return transact(WRITE, async (tx) => {
    await putMedias(tx, files)
    const there = await tx.objectStore('draftMessages').get(sessionId) ?? {}
    const isEdit = there.replaces !== undefined
    await tx.objectStore('draftMessages').put(isEdit ? { ...there, aside: joinDrafts(aside, there.aside ?? {}) } : joinDrafts(aside, there), sessionId)
    await (isEdit ? touch : revise)(tx, sessionId)
  })
}
