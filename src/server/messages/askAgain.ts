import type { Message } from '../../shared/protocol/message.ts'
import { refusal } from '../errors/problems.ts'
import type { Account } from '../identity/account.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import { getMessageAttachments } from '../storage/rows/attachmentRows.ts'
import type { Database, MessageRow } from '../storage/database/database.ts'
import type { Retry } from '../turns/retry.ts'
import type { Offers } from '../agents/offer/offers.ts'
import type { Messages } from './messages.ts'

export type AskAgain = ReturnType<typeof createAskAgain>

/** Asks the agent the same once more. @param messageId the question, or its answer @returns the question, which waits for its turn */
export function createAskAgain({ database, messages, offers, retry }: { database: Database, messages: Messages, offers: Offers, retry: Retry }) {
  async function findAsked({ tenant, id: sessionId }: SessionKey, id: string): Promise<MessageRow> {
    const row = await database.selectFrom('messages').selectAll()
      .where('tenant_id', '=', tenant).where('session_id', '=', sessionId).where('id', '=', id)
      .executeTakeFirst()
    if (!row)
      throw refusal(404, 'not_found', 'There is no such message in this session.')
    return row.reply_to === null ? row : findAsked({ tenant, id: sessionId }, row.reply_to)
  }

  /** As much of it as is still offered. */
  async function asBefore(asked: MessageRow) {
    const { model = null, effort = null } = await offers.available(asked)
    return { model, effort }
  }

  /** What failed, or was stopped, is no part of the conversation: it is asked in its place. What was answered is asked again as a version of its own. */
  return async (account: Account, session: SessionKey, messageId: string): Promise<Message> => {
    const asked = await findAsked(session, messageId)
    if (asked.status !== 'complete')
      return retry(session, asked.id)
    const attachments = await getMessageAttachments(database, session.tenant, asked.id)
    const { message } = await messages.accept(account, {
      sessionId: session.id,
      intoExistingSession: true,
      text: asked.text,
      attachments: [],
      attachmentIds: attachments.map(({ id }) => id),
      replaces: asked.id,
      choice: await asBefore(asked),
    })
    return message
  }
}
