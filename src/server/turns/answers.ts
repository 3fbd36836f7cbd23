import { randomUUID } from 'node:crypto'
import type { Message } from '../../shared/protocol/message.ts'
import type { Problem } from '../../shared/protocol/problem.ts'
import type { Database, DatabaseTransaction, MessageRow } from '../storage/database/database.ts'
import { unindexed } from '../storage/database/dialects/unindexed.ts'
import { recountMedia } from '../storage/rows/mediaCount.ts'
import { sessionOf, takeSequence } from '../storage/rows/messageInsert.ts'
import { getMessageAttachments } from '../storage/rows/attachmentRows.ts'
import { toAttachment, toMessage, toMessages } from '../storage/rows/messageRows.ts'
import { readPart, saveAllParts } from '../storage/rows/partRows.ts'
import { keepUsage } from '../storage/usage/usageRows.ts'
import { finishJoined } from '../storage/rows/waitingMessages.ts'
import { endParts } from './endParts.ts'
import { saveReceipts, type Received } from './files/receipts.ts'

/** How a turn ended. */
export type Outcome =
  /** `token`: with what the session's next turn goes on. */
  | { status: 'complete' | 'cancelled', token?: string, received?: Received }
  | { status: 'failed', problem: Problem, received?: Received }

/** Nothing where it was answered meanwhile, or removed. */
export async function findOpen(database: Database, messageId: string): Promise<MessageRow | undefined> {
  const asked = await database.selectFrom('messages').selectAll().where('id', '=', messageId).executeTakeFirst()
  return asked?.status === 'accepted' || asked?.status === 'running' ? asked : undefined
}

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
      parent_id: null,
      off_branch: (await trx.selectFrom('messages').select('off_branch').where('id', '=', asked.id).executeTakeFirst())?.off_branch ?? 0,
      agent_token: null,
      steered_into: null,
      restores_files: 0,
      model: null,
      effort: null,
      usage: null,
      editing: null,
    }
    await trx.insertInto('messages').values(row).execute()
    await trx.updateTable('messages').set({ status: 'running' }).where('id', '=', asked.id).execute()
    return toMessage(row)
  })
}

/** Of a turn that was cut off: the message as far as it was saved. */
export async function findAnswer(database: Database, asked: MessageRow): Promise<Message | undefined> {
  const row = await database.selectFrom('messages').selectAll()
    .where(unindexed(database, 'tenant_id'), '=', asked.tenant_id).where('session_id', '=', asked.session_id)
    .where('reply_to', '=', asked.id).where('status', '=', 'running')
    .orderBy('sequence', 'desc') // it may have been asked more than once
    .executeTakeFirst()
  return row && (await toMessages(database, [row]))[0]
}

/**
 * The agent's message and the one it answers end the same way, together, with all that is still open in it. Only what
 * ended well is part of the conversation: what failed is not gone on with, or a file that was refused would be refused
 * with every message to come.
 * @param outcome.taken what was added to the turn, and taken by the agent
 * @returns the answer, and what was added, as they are then
 */
export async function completeAnswer(database: Database, asked: MessageRow, answer: Message, outcome: Outcome & { taken: readonly string[] }): Promise<{ message: Message, joined: Message[] }> {
  const problem = outcome.status === 'failed' ? outcome.problem : null
  return database.transaction().execute(async (trx) => {
    const ended = endParts(await withAnswers(trx, answer), outcome)
    await saveAllParts(trx, ended.id, ended.parts)
    await keepUsage(trx, sessionOf(asked), ended.id, ended.usage)
    await trx.updateTable('messages')
      .set({ status: outcome.status, problem: problem && JSON.stringify(problem) })
      .where('id', '=', answer.id)
      .execute()
    await trx.updateTable('messages').set({ status: outcome.status }).where('id', '=', asked.id).execute()
    const joined = await finishJoined(trx, answer.id, outcome.taken, outcome.status)
    if (outcome.received)
      await saveReceipts(trx, asked, outcome.received)
    if (outcome.status === 'failed')
      await recountMedia(trx, [sessionOf(asked)])
    else if (outcome.token !== undefined)
      await keepToken(trx, asked, answer.id, outcome.token)
    const message = { ...ended, status: outcome.status, problem, ...await readFiles(trx, asked.tenant_id, answer.id) }
    return { message, joined: await toMessages(trx, joined) }
  })
}

/** Whoever answered at the last moment has answered: their rows are ahead of what the turn has heard. */
async function withAnswers(trx: DatabaseTransaction, answer: Message): Promise<Message> {
  const parts = await Promise.all(answer.parts.map(async part =>
    (part.type === 'question' || part.type === 'permission') && part.status === 'waiting'
      ? await readPart(trx, answer.id, part.id) ?? part
      : part))
  return { ...answer, parts }
}

/** What the agent made, as its message shows it. */
async function readFiles(trx: DatabaseTransaction, tenant: string, messageId: string): Promise<Pick<Message, 'attachments' | 'attachmentUrl' | 'attachmentType' | 'attachmentName'>> {
  const attachments = (await getMessageAttachments(trx, tenant, messageId)).map(toAttachment)
  const [first] = attachments
  return { attachments, attachmentUrl: first?.url ?? null, attachmentType: first?.mimeType ?? null, attachmentName: first?.filename ?? null }
}

async function keepToken(trx: DatabaseTransaction, { tenant_id, session_id }: MessageRow, answerId: string, token: string) {
  await trx.updateTable('messages').set({ agent_token: token }).where('id', '=', answerId).execute()
  await trx.updateTable('sessions').set({ agent_session_id: token })
    .where('tenant_id', '=', tenant_id).where('id', '=', session_id)
    .execute()
}
