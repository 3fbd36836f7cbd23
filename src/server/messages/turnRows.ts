import { sql } from 'kysely'
import { refusal } from '../errors/problems.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { DatabaseTransaction, MessageRow } from '../storage/database/database.ts'
import { unindexed } from '../storage/database/dialects/unindexed.ts'
import { rememberKeys } from '../storage/keys/removedKeys.ts'
import { closeGap, growTree, switchBranch } from '../storage/rows/branches.ts'
import { recountMedia } from '../storage/rows/mediaCount.ts'
import { findAsked } from '../storage/rows/waitingMessages.ts'

export interface DeletedTurn {
  /** Ids of its messages: what was asked, what was added to it, and every answer. */
  ids: string[]
  /** Ids of the answers that are told that what follows on the turn is not remembered. */
  told: string[]
  files: { path: string | null, sha256: string, storagePath: string }[]
  /** Other versions stood, or stand, beside it: which is shown, or how many there are, may have changed. */
  hasVersions: boolean
}

const NOTICE = { type: 'notice', id: 'turn-deleted', code: 'turn_deleted', text: 'A message before this one was deleted. The agent does not remember it, nor what came after it until then.' }

/**
 * Deletes a message that was answered, with every answer and all that was added to it; what followed on it follows on
 * the one before. Must run inside the transaction, while nothing of the session runs.
 *
 * An agent's memory cannot lose a turn from its middle: each turn's holds all before it. So what was remembered from this
 * turn on is not gone on with, in any version; the turns that followed are still shown, and say so.
 * @param unchangedSince its session's `updatedAt` as it was seen
 * @throws a 404; a 409 for a message that waits, and for one with another version or answer since
 */
export async function deleteTurn(trx: DatabaseTransaction, session: SessionKey, messageId: string, unchangedSince: string | null): Promise<DeletedTurn> {
  const asked = await findRoot(trx, session, await findAsked(trx, session, messageId))
  if (asked.status === 'accepted' || asked.status === 'running')
    throw refusal(409, 'turn_running', 'This message is not answered yet. Cancel it, or stop the agent, and try again.')
  await growTree(trx, session)
  const answers = await idsOf(trx, session, 'reply_to', [asked.id])
  const added = await idsOf(trx, session, 'steered_into', answers)
  if (unchangedSince !== null)
    await refuseChanged(trx, session, { parent: asked.parent_id, ids: [asked.id, ...answers, ...added] }, unchangedSince)
  const nodes = [asked.id, ...added]
  const ids = [...nodes, ...answers]
  const before = await countBeside(trx, session, asked.parent_id)
  const told = await forgetFollowing(trx, session, nodes)
  const files = await filesOf(trx, ids)
  await removeNodes(trx, session, nodes)
  await rememberKeys(trx, session, nodes)
  await trx.deleteFrom('messages').where('id', 'in', ids).execute()
  await showAnother(trx, session, asked.parent_id)
  await recountMedia(trx, [session])
  return { ids, told, files, hasVersions: before > 1 || await countBeside(trx, session, asked.parent_id) > 1 }
}

/** What follows on a turn is no reason to keep it; another version of it is, and another answer. */
async function refuseChanged(trx: DatabaseTransaction, session: SessionKey, { parent, ids }: { parent: string | null, ids: readonly string[] }, since: string) {
  const own = await trx.selectFrom('messages').select('id').where('id', 'in', ids).where('created_at', '>', since).limit(1).executeTakeFirst()
  const version = await besideOf(trx, session, parent).select('id').where('created_at', '>', since).limit(1).executeTakeFirst()
  if (own ?? version)
    throw refusal(409, 'changed_since', 'It was edited or answered again since, so it was not deleted.')
}

/** What was added to a turn belongs to what that turn was asked. */
async function findRoot(trx: DatabaseTransaction, session: SessionKey, row: MessageRow): Promise<MessageRow> {
  if (row.steered_into === null)
    return row
  const answer = await trx.selectFrom('messages').select('reply_to').where('id', '=', row.steered_into).executeTakeFirst()
  return answer?.reply_to ? findAsked(trx, session, answer.reply_to) : row
}

async function idsOf(trx: DatabaseTransaction, { tenant, id }: SessionKey, column: 'reply_to' | 'steered_into', of: readonly string[]): Promise<string[]> {
  const rows = of.length ? await trx.selectFrom('messages').select('id').where(unindexed(trx, 'tenant_id'), '=', tenant).where('session_id', '=', id).where(column, 'in', of).execute() : []
  return rows.map(row => row.id)
}

/** @returns ids of the answers right behind the turn that were remembered until now */
async function forgetFollowing(trx: DatabaseTransaction, { tenant, id }: SessionKey, nodes: readonly string[]): Promise<string[]> {
  const { rows: next } = await sql<{ id: string }>`
    select answer.id as id from messages answer join messages asked on asked.id = answer.reply_to
    where asked.tenant_id = ${tenant} and asked.session_id = ${id} and asked.parent_id in (${sql.join(nodes)}) and asked.id not in (${sql.join(nodes)})
      and answer.agent_token is not null
  `.execute(trx)
  await sql`
    with recursive below(id) as (
      select id from messages where id in (${sql.join(nodes)}) union select m.id from messages m join below on m.parent_id = below.id
    )
    update messages set agent_token = null where tenant_id = ${tenant} and session_id = ${id} and reply_to in (select id from below)
  `.execute(trx)
  for (const answer of next) {
    await trx.insertInto('parts').values({ message_id: answer.id, id: NOTICE.id, ordinal: -1, type: NOTICE.type, body: JSON.stringify(NOTICE) })
      .onConflict(conflict => conflict.doNothing())
      .execute()
  }
  return next.map(answer => answer.id)
}

async function filesOf(trx: DatabaseTransaction, ids: readonly string[]) {
  const rows = await trx.selectFrom('attachments').select(['path', 'workspace_path', 'sha256', 'storage_path']).where('message_id', 'in', ids).execute()
  return rows.map(({ path, workspace_path, sha256, storage_path }) => ({ path: path ?? workspace_path, sha256, storagePath: storage_path }))
}

async function removeNodes(trx: DatabaseTransaction, session: SessionKey, nodes: readonly string[]) {
  for (const id of nodes) {
    const node = await trx.selectFrom('messages').select(['id', 'parent_id']).where('id', '=', id).executeTakeFirst()
    if (node)
      await closeGap(trx, session, node)
  }
}

const besideOf = (trx: DatabaseTransaction, { tenant, id }: SessionKey, parent: string | null) => trx.selectFrom('messages')
  .where('tenant_id', '=', tenant).where('session_id', '=', id).where('role', '=', 'user').where('parent_id', parent === null ? 'is' : '=', parent)

async function countBeside(trx: DatabaseTransaction, session: SessionKey, parent: string | null): Promise<number> {
  return (await besideOf(trx, session, parent).select('id').execute()).length
}

/** Where the deleted turn was the newest of its version, another version that stood beside it is shown. */
async function showAnother(trx: DatabaseTransaction, session: SessionKey, parent: string | null) {
  const { head_id } = await trx.selectFrom('sessions').select('head_id').where('tenant_id', '=', session.tenant).where('id', '=', session.id).executeTakeFirstOrThrow()
  if (head_id !== parent)
    return
  const beside = await besideOf(trx, session, parent).select('id').orderBy('sequence', 'desc').executeTakeFirst()
  if (beside)
    await switchBranch(trx, session, beside.id)
}
