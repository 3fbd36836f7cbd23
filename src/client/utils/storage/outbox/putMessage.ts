import { uuid } from '../../../../shared/uuid.ts'
import { asDraft } from '../../text/asides.ts'
import type { DraftMessage, DraftTransaction, OutboxMessage } from '../draftSchema.ts'
import { withTaken } from '../takenWords.ts'

/** A message about to be sent. */
export type NewMessage = Omit<OutboxMessage, 'position' | 'problem'>

/**
 * The draft's text goes, and those of its files that are the message's. Whoever pressed Send waits for it: all is read
 * in one step of the database, and written in another.
 * @param options.next how the draft's text shall be called then
 * @param options.taken ids of what the journal holds of the draft
 */
export async function putMessage(tx: DraftTransaction, message: NewMessage, { next = uuid(), taken = [] }: { next?: string, taken?: readonly string[] } = {}): Promise<OutboxMessage> {
  const { sessionId } = message
  const [draft, revision, position] = await Promise.all([
    tx.objectStore('draftMessages').get(sessionId),
    tx.objectStore('draftRevisions').get(sessionId),
    nextPosition(tx, message.createdAt),
  ])
  const { message: _, choice, replaces, restoresFiles, waited, refused: _refused, ...rest } = draft ?? {}
  const sent = { ...choice && { choice }, ...replaces && { replaces, restoresFiles, waited }, ...message, position }
  const revised = { ...revision, changedAt: Date.now(), revision: next }
  await Promise.all([
    tx.objectStore('outbox').put(sent),
    putRest(tx, sessionId, asDraft({ ...rest, mediaIds: (rest.mediaIds ?? []).filter(id => !message.mediaIds.includes(id)) })),
    tx.objectStore('draftRevisions').put(withTaken(revised, [message.id, ...taken]), sessionId),
  ])
  return sent
}

/** Where something is left of it. */
const putRest = (tx: DraftTransaction, sessionId: string, rest: DraftMessage) =>
  rest.mediaIds?.length || rest.title || rest.message ? tx.objectStore('draftMessages').put(rest, sessionId) : tx.objectStore('draftMessages').delete(sessionId)

/** By the clock, so that it is behind messages that were discarded too, and may come back; a clock that is set back changes no order. */
export async function nextPosition(tx: DraftTransaction, createdAt: number) {
  const last = await tx.objectStore('outbox').index('position').openCursor(null, 'prev')
  return Math.max((last?.value.position ?? 0) + 1, createdAt)
}
