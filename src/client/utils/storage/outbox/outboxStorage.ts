import { DraftChangedError } from '../../text/draftChanged.ts'
import { transact, type Scope } from '../draftDatabase.ts'
import type { DraftTransaction, OutboxMessage } from '../draftSchema.ts'
import { deleteMedias, putMedias, takeMedias, type Removed } from '../mediaRecords.ts'
import { putMessage, readBefore, type NewMessage } from './putMessage.ts'
import { takenIds } from '../takenWords.ts'
import { textOf, type DraftText } from '../textStorage.ts'

/*
 * The messages that were sent and are not accepted yet. Every function resolves when its transaction is
 * complete; it rejects with the browser's DOMException when nothing was changed.
 */

/** The medias stay where they are: a message of 30 MB moves as quickly as one of a word. */
const MOVE: Scope = { stores: ['draftMessages', 'draftRevisions', 'outbox'], mode: 'readwrite', durability: 'strict' }

/** What the person saw of the draft that is sent. */
export interface SeenDraft {
  /** The revision of its text. */
  revision: string | undefined
  /** The medias that are only in this tab. */
  tabOnly: readonly string[]
  /** The tab had not read the draft: what was sent is not what lies there. */
  isUnread?: boolean
  /** How the draft's text, which is empty then, shall be called; it is given a name, unless. */
  next?: string
  /** Ids of what the journal holds of the draft. */
  taken?: readonly string[]
}

/**
 * Makes the draft a message on its way: in one step it is no longer a draft, here and in every other tab.
 * What was added elsewhere meanwhile stays a draft.
 * @returns the message, and what is left of the draft. Where it was made before, by a tab that took it over, nothing
 * is changed; undefined where that tab has ended it, too
 * @throws DraftChangedError where the draft is another one by now; nothing is changed then
 */
export function moveToOutbox(message: NewMessage, seen: SeenDraft): Promise<{ message: OutboxMessage | undefined, draft: DraftText }> {
  return transact(MOVE, async (tx) => {
    const [before, known] = await Promise.all([readBefore(tx, message), isInOutbox(tx, message.id)])
    const stored = textOf(before)
    if (known || takenIds(stored).includes(message.id))
      return { message: await tx.objectStore('outbox').get(message.id), draft: stored }
    if (isAnother(stored, message.text, seen) || message.mediaIds.some(id => !stored.mediaIds.includes(id) && !seen.tabOnly.includes(id)))
      throw new DraftChangedError()
    return putMessage(tx, message, before, seen)
  })
}

/** Whether the message was made before, or the words of the journal were taken over. */
export const isTaken = async (tx: DraftTransaction, stored: DraftText, id: string): Promise<boolean> =>
  takenIds(stored).includes(id) || await isInOutbox(tx, id)

const isInOutbox = async (tx: DraftTransaction, id: string) => await tx.objectStore('outbox').getKey(id) !== undefined

function isAnother({ message, revision }: DraftText, text: string, seen: SeenDraft) {
  if (seen.isUnread)
    return message !== ''
  // Where no revision is known any more, and no text, nobody's words are left behind: old revisions are tidied away.
  const isForgotten = !revision && !message
  return revision !== seen.revision && message !== text && !isForgotten
}

/** In the order in which they were sent. */
export function getOutbox(): Promise<OutboxMessage[]> {
  return transact({ stores: ['outbox'], mode: 'readonly' }, tx => tx.objectStore('outbox').index('position').getAll())
}

export function hasOutboxMessage(id: string): Promise<boolean> {
  return transact({ stores: ['outbox'], mode: 'readonly' }, tx => isInOutbox(tx, id))
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
