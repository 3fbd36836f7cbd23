import type { Message } from '../../shared/protocol/message.ts'
import type { Events } from '../events/events.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { Database, DatabaseTransaction, MessageRow } from '../storage/database/database.ts'
import { endEditing, saveEditing, type EditingLimits, type Editor } from '../storage/editing/editingRows.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import { alreadyRuns, findWaiting } from '../storage/rows/waitingMessages.ts'

/** That a person edits a message that waits: the agent does not begin with it meanwhile. Each is called while the message is held. */
export function createEditingWaiting({ database, events, limits }: { database: Database, events: Events, limits: EditingLimits }) {
  /** @param work resolves with the row where it has changed it */
  async function change(session: SessionKey, messageId: string, work: (trx: DatabaseTransaction, row: MessageRow) => Promise<MessageRow | undefined>): Promise<Message> {
    const { message, isChanged } = await database.transaction().execute(async (trx) => {
      const row = await findWaiting(trx, session, messageId)
      const changed = await work(trx, row)
      const [message] = await toMessages(trx, [changed ?? row])
      return { message, isChanged: changed !== undefined }
    })
    if (!message)
      throw alreadyRuns()
    if (isChanged)
      events.emit(session.tenant, { type: 'message_updated', session_id: session.id, message })
    return message
  }

  return {
    /** Also to go on. @throws a 409 where another person does, and where the queue has waited for too long */
    begin: (session: SessionKey, messageId: string, editor: Editor): Promise<Message> =>
      change(session, messageId, (trx, row) => saveEditing(trx, row, editor, limits)),

    /** @param user of this person only: another one's editing goes on */
    end: (session: SessionKey, messageId: string, user?: string): Promise<Message> =>
      change(session, messageId, (trx, row) => endEditing(trx, row, user)),
  }
}
