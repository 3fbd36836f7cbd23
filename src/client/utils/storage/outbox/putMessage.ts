import { uuid } from '../../../../shared/uuid.ts'
import { asDraft } from '../../text/asides.ts'
import type { DraftMessage, DraftTransaction, OutboxMessage } from '../draftSchema.ts'
import { withTaken } from '../takenWords.ts'
import { readRecords, textOf, type DraftText, type TextRecords } from '../textStorage.ts'

/** A message about to be sent. */
export type NewMessage = Omit<OutboxMessage, 'position' | 'problem'>

/** What the device holds of a session before one of its drafts becomes a message. */
export interface BeforeMessage extends TextRecords {
  /** Of the message among those on their way. */
  position: number
}

/** Whoever pressed Send waits for it: all is read in one step of the database. */
export async function readBefore(tx: DraftTransaction, { sessionId, createdAt }: Pick<NewMessage, 'sessionId' | 'createdAt'>): Promise<BeforeMessage> {
  const [records, position] = await Promise.all([readRecords(tx, sessionId), nextPosition(tx, createdAt)])
  return { ...records, position }
}

/**
 * The draft's text goes, and those of its files that are the message's; all is written in one step of the database.
 * @param options.next how the draft's text shall be called then
 * @param options.taken ids of what the journal holds of the draft
 * @returns the message, and what is left of the draft
 */
export async function putMessage(tx: DraftTransaction, message: NewMessage, { draft, revision, position }: BeforeMessage, { next = uuid(), taken = [] }: { next?: string, taken?: readonly string[] } = {}): Promise<{ message: OutboxMessage, draft: DraftText }> {
  const { sessionId } = message
  const { message: _, choice, replaces, restoresFiles, waited, refused: _refused, ...rest } = draft ?? {}
  const sent = { ...choice && { choice }, ...replaces && { replaces, restoresFiles, waited }, ...message, position }
  const left = asDraft({ ...rest, mediaIds: (rest.mediaIds ?? []).filter(id => !message.mediaIds.includes(id)) })
  const revised = withTaken({ ...revision, changedAt: Date.now(), revision: next }, [message.id, ...taken])
  await Promise.all([
    tx.objectStore('outbox').put(sent),
    putRest(tx, sessionId, left),
    tx.objectStore('draftRevisions').put(revised, sessionId),
  ])
  return { message: sent, draft: textOf({ draft: left, revision: revised }) }
}

/** Where something is left of it. */
const putRest = (tx: DraftTransaction, sessionId: string, rest: DraftMessage) =>
  rest.mediaIds?.length || rest.title || rest.message ? tx.objectStore('draftMessages').put(rest, sessionId) : tx.objectStore('draftMessages').delete(sessionId)

/** By the clock, so that it is behind messages that were discarded too, and may come back; a clock that is set back changes no order. */
export async function nextPosition(tx: DraftTransaction, createdAt: number) {
  const last = await tx.objectStore('outbox').index('position').openCursor(null, 'prev')
  return Math.max((last?.value.position ?? 0) + 1, createdAt)
}
