import type { SessionKey } from '../../identity/sessionKey.ts'
import { refusal } from '../../errors/problems.ts'
import type { Database, DatabaseTransaction, MessageRow } from '../database/database.ts'
import { rememberKeys } from '../keys/removedKeys.ts'
import { inheritEditing } from '../editing/editingRows.ts'
import { closeGap } from './branches.ts'
import { recountMedia } from './mediaCount.ts'

export const alreadyRuns = () => refusal(409, 'already_running', 'The agent has begun to answer this message, or has answered it.')

/** A person's message of the session. @throws a 404 */
export async function findAsked(trx: DatabaseTransaction, { tenant, id }: SessionKey, messageId: string): Promise<MessageRow> {
  const row = await trx.selectFrom('messages').selectAll()
    .where('tenant_id', '=', tenant).where('session_id', '=', id).where('id', '=', messageId).where('role', '=', 'user')
    .executeTakeFirst()
  if (!row)
    throw refusal(404, 'not_found', 'There is no such message in this session.')
  return row
}

/** As `findAsked`, of one that waits. @throws a 409 for one that does not any more */
export async function findWaiting(trx: DatabaseTransaction, session: SessionKey, messageId: string): Promise<MessageRow> {
  const row = await findAsked(trx, session, messageId)
  if (row.status !== 'accepted')
    throw alreadyRuns()
  return row
}

/** Deletes the row with all that is its own. Resolves with the places of bytes that may have lost their last reference. */
export async function deleteWaiting(trx: DatabaseTransaction, session: SessionKey, messageId: string): Promise<string[]> {
  const row = await findWaiting(trx, session, messageId)
  const attachments = await trx.selectFrom('attachments').select('storage_path').where('message_id', '=', row.id).execute()
  await closeGap(trx, session, row)
  await rememberKeys(trx, session, [row.id])
  await trx.deleteFrom('messages').where('id', '=', row.id).execute()
  await recountMedia(trx, [session])
  return attachments.map(({ storage_path }) => storage_path)
}

/** The place of a message that waits, for another one: it goes, and what followed on it follows on the other. */
export async function replaceWaiting(trx: DatabaseTransaction, session: SessionKey, messageId: string, byId: string): Promise<Pick<MessageRow, 'sequence' | 'parent_id' | 'editing'>> {
  const { sequence, parent_id, editing } = await findWaiting(trx, session, messageId)
  await trx.updateTable('messages').set({ parent_id: byId })
    .where('tenant_id', '=', session.tenant).where('session_id', '=', session.id).where('parent_id', '=', messageId)
    .execute()
  await trx.updateTable('sessions').set({ head_id: byId })
    .where('tenant_id', '=', session.tenant).where('id', '=', session.id).where('head_id', '=', messageId)
    .execute()
  await rememberKeys(trx, session, [messageId])
  await trx.deleteFrom('messages').where('id', '=', messageId).execute()
  await recountMedia(trx, [session])
  return { sequence, parent_id, editing: inheritEditing(editing) }
}

/** It is part of the turn that makes this answer. */
export async function joinTurn(database: Database, messageId: string, answerId: string): Promise<MessageRow> {
  return database.updateTable('messages').set({ status: 'running', steered_into: answerId }).where('id', '=', messageId)
    .returningAll().executeTakeFirstOrThrow()
}

/** What was added to the turn that makes this answer, in the order it was sent. */
export const readJoined = (database: Database, { tenant_id, session_id }: MessageRow, answerId: string): Promise<MessageRow[]> =>
  database.selectFrom('messages').selectAll()
    .where('tenant_id', '=', tenant_id).where('session_id', '=', session_id)
    .where('steered_into', '=', answerId).where('status', '=', 'running')
    .orderBy('sequence')
    .execute()

/** With the end of the turn: what the agent took ends as the turn does; what it did not take waits for a turn of its own. */
export async function finishJoined(trx: DatabaseTransaction, answerId: string, taken: readonly string[], status: MessageRow['status']): Promise<MessageRow[]> {
  const joined = (ids: readonly string[], values: { status: MessageRow['status'], steered_into?: null }) => ids.length
    ? trx.updateTable('messages').set(values).where('id', 'in', ids).where('steered_into', '=', answerId).where('status', '=', 'running').returningAll().execute()
    : []
  const ended = await joined(taken, { status })
  const left = await trx.updateTable('messages').set({ status: 'accepted', steered_into: null })
    .where('steered_into', '=', answerId).where('status', '=', 'running')
    .returningAll().execute()
  return [...ended, ...left]
}
