import { uuid } from '../../../shared/uuid.ts'
import { isInConflict } from './conflictingTexts.ts'
import { transact, type Scope } from './draftDatabase.ts'
import { markTaken } from './takenWords.ts'
import type { DraftMessage, DraftRevision, DraftSession, DraftTransaction } from './draftSchema.ts'

/*
 * The drafts' texts and the sessions that exist only here. Every function resolves when its transaction is complete, and not before;
 * it rejects with the browser's DOMException (QuotaExceededError, ...) when nothing was changed.
 */

const READ: Scope = { stores: ['draftMessages', 'draftRevisions'], mode: 'readonly' }
/** A keystroke's transaction leaves the medias alone: they are megabytes, and one types beside them. */
const WRITE_TEXTS: Scope = { ...READ, mode: 'readwrite' }

/** A draft's text as the device holds it, shared by all tabs. */
export interface DraftText extends Partial<DraftRevision>, Pick<DraftMessage, 'replaces' | 'aside'> {
  message: string
  mediaIds: string[]
}

export function getDraftText(sessionId: string): Promise<DraftText> {
  return transact(READ, tx => readText(tx, sessionId))
}

export async function readText(tx: DraftTransaction, sessionId: string): Promise<DraftText> {
  return textOf(await readRecords(tx, sessionId))
}

/** What lies there of a draft's text. */
export interface TextRecords {
  draft?: DraftMessage
  revision?: DraftRevision
}

export async function readRecords(tx: DraftTransaction, sessionId: string): Promise<TextRecords> {
  const [draft, revision] = await Promise.all([
    tx.objectStore('draftMessages').get(sessionId),
    tx.objectStore('draftRevisions').get(sessionId),
  ])
  return { draft, revision }
}

export const textOf = ({ draft, revision }: TextRecords): DraftText =>
  ({ message: draft?.message ?? '', mediaIds: draft?.mediaIds ?? [], ...editOf(draft), ...revision })

/** Which message it is an edit of, and what waits beside it; nothing where it is none. */
export const editOf = ({ replaces, aside }: DraftMessage = {}): Pick<DraftMessage, 'replaces' | 'aside'> => ({ ...replaces !== undefined && { replaces }, ...aside && { aside } })

/** The text was changed: tabs that know an earlier one are behind. */
export async function revise(tx: DraftTransaction, sessionId: string, { revision = uuid(), ...changes }: Pick<DraftRevision, 'conflicting' | 'changedAt' | 'revision'> = {}): Promise<DraftRevision> {
  const revisions = tx.objectStore('draftRevisions')
  const revised = { ...await revisions.get(sessionId), changedAt: Date.now(), ...changes, revision }
  await revisions.put(revised, sessionId)
  return revised
}

/** Its files were changed: the text is what it was, and so is its revision. */
export async function touch(tx: DraftTransaction, sessionId: string): Promise<void> {
  const revisions = tx.objectStore('draftRevisions')
  await revisions.put({ ...await revisions.get(sessionId), changedAt: Date.now() }, sessionId)
}

/** Where a text comes from. */
export interface TextOrigin {
  tab: string
  /** The revision that the tab's text began from. */
  base?: string
  /** What it shall be called now; it is given a name, unless. */
  revision?: string
  /** Ids of what the journal holds of it. */
  taken?: readonly string[]
}

/**
 * Saves what was typed in one tab. Where another tab has changed the text since, nobody is overwritten:
 * this tab's text is kept beside it, in conflict, until a person has decided.
 * @returns what the device holds now; `conflicting[tab]` is set where the texts conflict
 */
export function saveDraftText(sessionId: string, message: string, from: TextOrigin): Promise<DraftText> {
  return transact(WRITE_TEXTS, tx => putText(tx, sessionId, message, from))
}

/** The same, inside a transaction that somebody else has begun. */
export async function putText(tx: DraftTransaction, sessionId: string, message: string, { tab, base, revision, taken = [] }: TextOrigin): Promise<DraftText> {
  const records = await readRecords(tx, sessionId)
  const stored = textOf(records)
  if (stored.message === message) {
    await agree(tx, sessionId, tab)
  }
  // Where no revision is known any more, and no text, there is nobody to overwrite.
  else if (stored.revision === base || (!stored.revision && !stored.message)) {
    // Ten times in a second while somebody types: each record is read once, and both are on their way at the same time.
    const revised = { ...records.revision, changedAt: Date.now(), revision: revision ?? uuid() }
    await Promise.all([
      tx.objectStore('draftMessages').put({ ...records.draft, message }, sessionId),
      tx.objectStore('draftRevisions').put(revised, sessionId),
    ])
    if (!taken.length)
      return { ...stored, message, ...revised }
  }
  else {
    await revise(tx, sessionId, { revision: stored.revision, conflicting: { ...stored.conflicting, [tab]: message } })
  }
  if (taken.length)
    await markTaken(tx, sessionId, taken)
  return readText(tx, sessionId)
}

/** The tab's text is the draft's again: nothing is left to decide about. */
async function agree(tx: DraftTransaction, sessionId: string, tab: string) {
  const stored = await tx.objectStore('draftRevisions').get(sessionId)
  if (!stored || !isInConflict(stored, tab))
    return
  const { [tab]: _, ...conflicting } = stored.conflicting ?? {}
  await tx.objectStore('draftRevisions').put({ ...stored, conflicting }, sessionId)
}

/**
 * What a person made of two texts in conflict.
 * @param tab whose text is no longer in conflict with it
 */
export function resolveDraftConflict(sessionId: string, message: string, tab: string): Promise<DraftText> {
  return transact(WRITE_TEXTS, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const { [tab]: _, ...conflicting } = (await readText(tx, sessionId)).conflicting ?? {}
    await messages.put({ ...await messages.get(sessionId), message }, sessionId)
    await revise(tx, sessionId, { conflicting })
    return readText(tx, sessionId)
  })
}

export interface AllDrafts {
  messages: Map<string, DraftMessage>
  sessions: Map<string, DraftSession>
  revisions: Map<string, DraftRevision>
}

/** The texts of all drafts and the sessions that exist only here, by session id. No media is read. */
export function getAllDrafts(): Promise<AllDrafts> {
  return transact({ stores: ['draftMessages', 'draftSessions', 'draftRevisions'], mode: 'readonly' }, async (tx) => {
    const [messages, sessions, revisions] = await Promise.all([
      entries(tx.objectStore('draftMessages')),
      entries(tx.objectStore('draftSessions')),
      entries(tx.objectStore('draftRevisions')),
    ])
    return { messages, sessions, revisions }
  })
}

async function entries<Value>(store: { getAllKeys: () => Promise<string[]>, getAll: () => Promise<Value[]> }) {
  const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()])
  return new Map(keys.flatMap((key, i) => {
    const value = values[i]
    return value === undefined ? [] : [[key, value] as const]
  }))
}

/** It is no longer one that exists only here; its draft stays. */
export function deleteDraftSession(sessionId: string): Promise<void> {
  return transact({ stores: ['draftSessions'], mode: 'readwrite' }, tx => tx.objectStore('draftSessions').delete(sessionId))
}

/** Merges: what is not among the changes stays as it is. */
export function saveDraftSession(sessionId: string, changes: Partial<DraftSession> & { projectId: string }): Promise<void> {
  return transact({ stores: ['draftSessions'], mode: 'readwrite' }, async (tx) => {
    const sessions = tx.objectStore('draftSessions')
    await sessions.put({ ...await sessions.get(sessionId), ...changes }, sessionId)
  })
}
