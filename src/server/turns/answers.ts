import { randomUUID } from 'node:crypto'
import type { Message } from '../../shared/protocol/message.ts'
import type { Problem } from '../../shared/protocol/problem.ts'
import type { Database, DatabaseTransaction, MessageRow } from '../storage/database/database.ts'
import { recountMedia } from '../storage/rows/mediaCount.ts'
import { sessionOf, takeSequence } from '../storage/rows/messageInsert.ts'
import { toMessage } from '../storage/rows/messageRows.ts'

/** How a turn ended. */
export type Outcome =
  /** `token`: with what the session's next turn goes on. */
  | { status: 'complete' | 'cancelled', token?: string }
  | { status: 'failed', problem: Problem }

/** The agent's message takes its place in the session when its turn starts; the asked one is running from then on. */
export function insertAnswer(database: Database, asked: MessageRow): Promise<Message> {
  return database.transaction().execute(async (trx) => {
    const now = new Date().toISOString()
    const session = await takeSequence(trx, sessionOf(asked), now)
    const row: MessageRow = {
      id: randomUUID(),
      tenant_id: asked.tenant_id,
      user_id: null,
      author_id: null,
      author_name: null,
      session_id: asked.session_id,
      role: 'assistant',
      sequence: session.last_sequence,
      status: 'running',
      text: '',
      content: '[]',
      client_message_id: null,
      body_sha256: null,
      reply_to: asked.id,
      problem: null,
      created_at: now,
      attachment_url: null,
      attachment_type: null,
      attachment_name: null,
    }
    await trx.insertInto('messages').values(row).execute()
    await trx.updateTable('messages').set({ status: 'running' }).where('id', '=', asked.id).execute()
    return toMessage(row, [])
  })
}

/** For whoever reads the history meanwhile, and for after a crash. */
export async function savePartialText(database: Database, id: string, text: string) {
  await database.updateTable('messages').set({ text }).where('id', '=', id).where('status', '=', 'running').execute()
}

/**
 * The agent's message and the one it answers end the same way, together. Only what ended well is part of the
 * conversation: what failed is not gone on with, or a file that was refused would be refused with every message to come.
 */
export async function settleAnswer(database: Database, asked: MessageRow, answer: Message, text: string, outcome: Outcome): Promise<Message> {
  const problem = outcome.status === 'failed' ? outcome.problem : null
  await database.transaction().execute(async (trx) => {
    await trx.updateTable('messages')
      .set({
        status: outcome.status,
        text,
        content: JSON.stringify(text ? [{ type: 'text', text }] : []),
        problem: problem && JSON.stringify(problem),
      })
      .where('id', '=', answer.id)
      .execute()
    await trx.updateTable('messages').set({ status: outcome.status }).where('id', '=', asked.id).execute()
    if (outcome.status === 'failed')
      await recountMedia(trx, [sessionOf(asked)])
    else if (outcome.token !== undefined)
      await keepToken(trx, asked, outcome.token)
  })
  return { ...answer, status: outcome.status, text, problem }
}

async function keepToken(trx: DatabaseTransaction, { tenant_id, session_id }: MessageRow, token: string) {
  await trx.updateTable('sessions').set({ agent_session_id: token })
    .where('tenant_id', '=', tenant_id).where('id', '=', session_id)
    .execute()
}
