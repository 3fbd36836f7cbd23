import { DraftChangedError } from '../text/draftChanged.ts'
import { transact, type Scope } from './draftDatabase.ts'
import type { DraftTransaction, OutboxMessage } from './draftSchema.ts'
import { joinDrafts } from './forgettingStorage.ts'
import { deleteMedias, putMedias, takeMedias, type Removed } from './mediaRecords.ts'
import { readText, revise, type DraftText } from './textStorage.ts'

/*
 * The messages that were sent and are not accepted yet. Every function resolves when its transaction is
 * complete; it rejects with the browser's DOMException when nothing was changed.
 */

/** The medias stay where they are: a message of 30 MB moves as quickly as one of a word. */
const MOVE: Scope = { stores: ['draftMessages', 'draftRevisions', 'outbox'], mode: 'readwrite', durability: 'strict' }

/** A message about to be sent. */
export type NewMessage = Omit<OutboxMessage, 'position' | 'problem'>

/**
 * Makes the draft a message on its way: in one step it is no longer a draft, here and in every other tab.
 * What was added elsewhere meanwhile stays a draft.
 * @param seen the revision of the text that the person sent, and the medias that are only in this tab
 * @returns the message, and what is left of the draft
 * @throws DraftChangedError where the draft is another one by now; nothing is changed then
 */
export function moveToOutbox(message: NewMessage, seen: { revision: string | undefined, tabOnly: readonly string[] }): Promise<{ message: OutboxMessage, draft: DraftText }> {
  return transact(MOVE, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const { message: text = '', mediaIds = [], choice, ...rest } = await messages.get(message.sessionId) ?? {}
    const known = await tx.objectStore('draftRevisions').get(message.sessionId)
    if (isAnotherText({ text, revision: known?.revision }, message, seen) || message.mediaIds.some(id => !mediaIds.includes(id) && !seen.tabOnly.includes(id)))
      throw new DraftChangedError()
    const sent = { ...choice && { choice }, ...message, position: await nextPosition(tx, message.createdAt) }
    const left = { ...rest, mediaIds: mediaIds.filter(id => !message.mediaIds.includes(id)) }
    await Promise.all([
      tx.objectStore('outbox').put(sent),
      left.mediaIds.length || left.title ? messages.put(left, message.sessionId) : messages.delete(message.sessionId),
      revise(tx, message.sessionId, { sent: message.id }),
    ])
    return { message: sent, draft: await readText(tx, message.sessionId) }
  })
}

function isAnotherText(stored: { text: string, revision: string | undefined }, sent: { text: string }, seen: { revision: string | undefined }) {
  // Where no revision is known any more, and no text, nobody's words are left behind: old revisions are tidied away.
  const isForgotten = !stored.revision && !stored.text
  return stored.revision !== seen.revision && stored.text !== sent.text && !isForgotten
}

/** By the clock, so that it is behind messages that were discarded too, and may come back; a clock that is set back changes no order. */
export async function nextPosition(tx: DraftTransaction, createdAt: number) {
  const last = await tx.objectStore('outbox').index('position').openCursor(null, 'prev')
  return Math.max((last?.value.position ?? 0) + 1, createdAt)
}

/** In the order in which they were sent. */
export function getOutbox(): Promise<OutboxMessage[]> {
  return transact({ stores: ['outbox'], mode: 'readonly' }, tx => tx.objectStore('outbox').index('position').getAll())
}

export function hasOutboxMessage(id: string): Promise<boolean> {
  return transact({ stores: ['outbox'], mode: 'readonly' }, async tx => await tx.objectStore('outbox').getKey(id) !== undefined)
}

/** Why it is not sent again by itself; undefined: it is, from now on. Does nothing where the message is gone. */
export function saveOutboxProblem(id: string, problem: string | undefined): Promise<void> {
  return transact({ stores: ['outbox'], mode: 'readwrite' }, async (tx) => {
    const message = await tx.objectStore('outbox').get(id)
    if (message)
      await tx.objectStore('outbox').put({ ...message, problem })
  })
}

const WITH_MEDIAS: Scope = { stores: ['outbox', 'draftMedias', 'draftThumbnails', 'draftSessions'], mode: 'readwrite', durability: 'strict' }

/** The server has it: message and medias go from this device, and its session is no longer one that only this device knows. */
export function deleteOutboxMessage(id: string): Promise<void> {
  return transact(WITH_MEDIAS, async (tx) => {
    const message = await tx.objectStore('outbox').get(id)
    if (!message)
      return
    await Promise.all([
      tx.objectStore('outbox').delete(id),
      tx.objectStore('draftSessions').delete(message.sessionId),
      deleteMedias(tx, message.mediaIds),
    ])
  })
}

/**
 * Makes a message a draft again, before what was begun meanwhile.
 * @returns the draft's text; undefined where the message is gone: another tab was faster
 */
export function returnToDraft(id: string): Promise<DraftText | undefined> {
  return transact(MOVE, async (tx) => {
    const message = await tx.objectStore('outbox').get(id)
    if (!message)
      return undefined
    const { sessionId, text, mediaIds, choice } = message
    const messages = tx.objectStore('draftMessages')
    await messages.put(joinDrafts({ message: text, mediaIds, ...choice && { choice } }, await messages.get(sessionId) ?? {}), sessionId)
    await tx.objectStore('outbox').delete(id)
    await revise(tx, sessionId)
    return readText(tx, sessionId)
  })
}

/** A message as it was before it was discarded. */
export interface DiscardedMessage {
  message: OutboxMessage
  medias: Removed[]
}

/** @returns what it was, so that it can come back; undefined where it was gone already */
export function discardOutboxMessage(id: string): Promise<DiscardedMessage | undefined> {
  return transact(WITH_MEDIAS, async (tx) => {
    const message = await tx.objectStore('outbox').get(id)
    if (!message)
      return undefined
    await tx.objectStore('outbox').delete(id)
    return { message, medias: await takeMedias(tx, message.mediaIds) }
  })
}

/** Puts a message there that this tab still knows. Does nothing where another tab has put it there before. */
export function keepOutboxMessage(message: OutboxMessage): Promise<void> {
  return transact({ stores: ['outbox'], mode: 'readwrite', durability: 'strict' }, async (tx) => {
    if (await tx.objectStore('outbox').getKey(message.id) === undefined)
      await tx.objectStore('outbox').put(message)
  })
}

/** Puts a discarded message back in its place. */
export function restoreOutboxMessage({ message, medias }: DiscardedMessage): Promise<void> {
  return transact(WITH_MEDIAS, async (tx) => {
    await putMedias(tx, medias)
    await tx.objectStore('outbox').put(message)
  })
}
