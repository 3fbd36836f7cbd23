import type { KeyedQueue } from '../../shared/keyedQueue.ts'
import type { Message } from '../../shared/protocol/message.ts'
import { refusal } from '../errors/problems.ts'
import type { Events } from '../events/events.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Database, DatabaseTransaction } from '../storage/database/database.ts'
import { recountMedia } from '../storage/rows/mediaCount.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import type { Turns } from './turns.ts'

export type Retry = ReturnType<typeof createRetry>

/** Asks the agent once more what it could not answer. */
export function createRetry({ database, events, turns, writes }: { database: Database, events: Events, turns: Turns, writes: KeyedQueue }) {
  /** @param messageId the question, or the answer that failed @returns the question, which waits for its turn again */
  return (session: SessionKey, messageId: string): Promise<Message> => writes.run(keyText(session), async () => {
    const message = await database.transaction().execute(trx => acceptAgain(trx, session, messageId))
    await events.open(session)
    events.emit(session.tenant, { type: 'message_updated', session_id: session.id, message })
    turns.enqueue(session, message.id)
    return message
  })
}

async function acceptAgain(trx: DatabaseTransaction, session: SessionKey, messageId: string): Promise<Message> {
  const find = (id: string) => trx.selectFrom('messages').selectAll()
    .where('tenant_id', '=', session.tenant).where('session_id', '=', session.id).where('id', '=', id)
    .executeTakeFirst()
  const named = await find(messageId)
  const asked = named?.reply_to ? await find(named.reply_to) : named
  if (!asked)
    throw refusal(404, 'not_found', 'There is no such message in this session.')
  if (asked.status !== 'failed' && asked.status !== 'cancelled')
    throw refusal(409, 'not_failed', 'This message is being answered, or was answered already.')
  const row = await trx.updateTable('messages').set({ status: 'accepted' }).where('id', '=', asked.id).returningAll().executeTakeFirstOrThrow()
  await recountMedia(trx, [session])
  const [message] = await toMessages(trx, [row])
  return message ?? Promise.reject(new Error('a message was not read again'))
}
