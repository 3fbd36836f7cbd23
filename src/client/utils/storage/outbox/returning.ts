import { asDraft, putAside } from '../../text/asides.ts'
import { transact } from '../draftDatabase.ts'
import type { DraftMessage, OutboxMessage } from '../draftSchema.ts'
import { endEdit, type BegunEdit } from '../edits/editStorage.ts'
import { joinDrafts } from '../edits/joinDrafts.ts'
import { WITH_EDITS } from '../edits/scopes.ts'
import { readText, revise } from '../textStorage.ts'

/**
 * Makes a message a draft again, before what was begun meanwhile. Where another message is being edited, that ends first.
 * @param options.plain nothing can be edited in its session any more: its text and that of an open edit are one draft
 * @returns the draft's text, and the edit that ended; undefined where the message is gone: another tab was faster
 */
export function returnToDraft(id: string, { plain = false } = {}): Promise<BegunEdit | undefined> {
  return transact({ ...WITH_EDITS, stores: [...WITH_EDITS.stores, 'outbox'] }, async (tx) => {
    const message = await tx.objectStore('outbox').get(id)
    if (!message)
      return undefined
    const { sessionId, text, mediaIds, choice, replaces, restoresFiles, waited } = message
    const messages = tx.objectStore('draftMessages')
    const draft = { message: text, mediaIds, ...choice && { choice } }
    const { ended, rest } = plain ? { rest: asDraft(await messages.get(sessionId) ?? {}) } : await endEdit(tx, sessionId)
    await messages.put(replaces && !plain ? putAside<DraftMessage>(rest, { ...draft, replaces, restoresFiles, ...waited && { waited } }) : joinDrafts(draft, rest), sessionId)
    await tx.objectStore('outbox').delete(id)
    await revise(tx, sessionId)
    return { ended, draft: await readText(tx, sessionId) }
  })
}

/** The message that it should stand for is gone: it stands for none, and waits for the person. @param problem as a sentence */
export function detachMessage(id: string, problem: string): Promise<void> {
  return transact({ stores: ['outbox'], mode: 'readwrite' }, async (tx) => {
    const message = await tx.objectStore('outbox').get(id)
    if (message)
      await tx.objectStore('outbox').put(detached(message, problem))
  })
}

export const detached = ({ replaces: _, restoresFiles: _restores, waited: _waited, ...message }: OutboxMessage, problem: string): OutboxMessage => ({ ...message, problem })
