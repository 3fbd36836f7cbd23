import type { AgentChoice } from '../../../../shared/protocol/agent.ts'
import { joinTexts } from '../../text/joinTexts.ts'
import { transact } from '../draftDatabase.ts'
import type { DraftSession, DraftTransaction, OutboxMessage } from '../draftSchema.ts'
import { putMedias, type Removed } from '../mediaRecords.ts'
import { nextPosition, type NewMessage } from '../outbox/putMessage.ts'
import { revise } from '../textStorage.ts'

/*
 * What comes from another device. What is here already is joined, never overwritten; the same again changes nothing.
 */

type Session = Pick<DraftSession, 'projectId' | 'title'>

/** Joins a text to a session's draft, after what is there; whom this device chose to answer it stays. @returns false where it stands there already */
export function importDraftText(sessionId: string, { text, choice }: { text: string, choice?: AgentChoice }, session: Session): Promise<boolean> {
  return transact({ stores: ['draftMessages', 'draftRevisions', 'draftSessions'], mode: 'readwrite' }, async (tx) => {
    const messages = tx.objectStore('draftMessages')
    const draft = await messages.get(sessionId)
    await keepSession(tx, sessionId, session, { isNew: !draft })
    const changes = { ...joinOnce(draft?.message ?? '', text), ...!draft?.choice && choice && { choice } }
    if (!Object.keys(changes).length)
      return false
    await messages.put({ message: '', ...draft, ...changes }, sessionId)
    await revise(tx, sessionId)
    return true
  })
}

/** Nothing, where the second stands in the first already, as whole lines. */
function joinOnce(first: string, second: string): { message?: string } {
  const stands = !second.trim() || `\n${first}\n`.includes(`\n${second}\n`)
  return stands ? {} : { message: joinTexts(first, second) }
}

/** How this device calls the session stays. One that has a draft, but stands not here, is one that the server knows. */
async function keepSession(tx: DraftTransaction, sessionId: string, { projectId, title }: Session, { isNew }: { isNew: boolean }) {
  const sessions = tx.objectStore('draftSessions')
  const here = await sessions.get(sessionId)
  if (!here && isNew)
    await sessions.put({ projectId, ...title && { title }, createdAt: Date.now() }, sessionId)
  else if (here && !here.title && title)
    await sessions.put({ ...here, title }, sessionId)
}

/** Puts a message behind those that wait, with its medias in their order. @returns false where it is there already */
export function importOutboxMessage(message: Omit<NewMessage, 'mediaIds'> & Required<Pick<OutboxMessage, 'problem'>>, medias: readonly Removed[], session: Session): Promise<boolean> {
  return transact({
    stores: ['outbox', 'draftMedias', 'draftThumbnails', 'draftSessions'], mode: 'readwrite', durability: 'strict',
  }, async (tx) => {
    const outbox = tx.objectStore('outbox')
    if (await outbox.getKey(message.id))
      return false
    await keepSession(tx, message.sessionId, session, { isNew: true })
    await putMedias(tx, medias)
    await outbox.put({ ...message, mediaIds: medias.map(({ media }) => media.id), position: await nextPosition(tx, message.createdAt) })
    return true
  })
}
