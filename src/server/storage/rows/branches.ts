import { sql } from 'kysely'
import type { MessageBranch } from '../../../shared/protocol/message.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import type { Database, DatabaseTransaction, MessageRow } from '../database/database.ts'
import { unindexed } from '../database/dialects/unindexed.ts'
import { recountMedia } from './mediaCount.ts'

/*
 * The versions of a conversation are a tree of the person's messages: each names the one before it, and its answers
 * go with it. A session that never had a second version keeps no tree.
 */

type Node = Pick<MessageRow, 'id' | 'parent_id'>

/** The only version. */
export const ALONE: MessageBranch = { index: 1, count: 1, previousId: null, nextId: null }

/** The person's messages of a session in their order. */
function readNodes(db: Database | DatabaseTransaction, { tenant, id }: SessionKey): Promise<Node[]> {
  return db.selectFrom('messages').select(['id', 'parent_id'])
    .where('tenant_id', '=', tenant).where('session_id', '=', id).where('role', '=', 'user')
    .orderBy('sequence')
    .execute()
}

/** From here on the next message stands where that one does, as another version of it. */
export async function beginBranch(trx: DatabaseTransaction, session: SessionKey, replacedId: string) {
  await plantTree(trx, session)
  const { parent_id } = await trx.selectFrom('messages').select('parent_id').where('id', '=', replacedId).executeTakeFirstOrThrow()
  await setHead(trx, session, parent_id)
}

/** The session has a tree from then on, whose newest message is the session's newest. */
export async function growTree(trx: DatabaseTransaction, session: SessionKey) {
  if (await plantTree(trx, session))
    await setHead(trx, session, (await readNodes(trx, session)).at(-1)?.id ?? null)
}

/** Until now each message followed on the one before it. @returns whether it had none yet */
async function plantTree(trx: DatabaseTransaction, session: SessionKey): Promise<boolean> {
  const { branched } = await trx.selectFrom('sessions').select('branched')
    .where('tenant_id', '=', session.tenant).where('id', '=', session.id)
    .executeTakeFirstOrThrow()
  if (branched)
    return false
  const nodes = await readNodes(trx, session)
  for (const [i, { id }] of nodes.entries())
    await trx.updateTable('messages').set({ parent_id: nodes[i - 1]?.id ?? null }).where('id', '=', id).execute()
  await trx.updateTable('sessions').set({ branched: 1 })
    .where('tenant_id', '=', session.tenant).where('id', '=', session.id)
    .execute()
  return true
}

/** Makes the version that holds this message the current one, to its newest end. Resolves with whether it was not before. */
export async function switchBranch(trx: DatabaseTransaction, session: SessionKey, messageId: string): Promise<boolean> {
  const row = await trx.selectFrom('messages').select('off_branch').where('id', '=', messageId).executeTakeFirst()
  if (!row?.off_branch)
    return false
  const nodes = await readNodes(trx, session)
  let head = messageId
  for (let next: string | undefined = head; next !== undefined; next = nodes.findLast(({ parent_id }) => parent_id === head)?.id)
    head = next
  await setHead(trx, session, head)
  return true
}

/** @param head null: nothing of it is left but what comes next */
async function setHead(trx: DatabaseTransaction, session: SessionKey, head: string | null) {
  await trx.updateTable('sessions').set({ head_id: head })
    .where('tenant_id', '=', session.tenant).where('id', '=', session.id)
    .execute()
  await sql`
    with recursive path(id) as (
      select cast(${head} as text) union all select m.parent_id from messages m join path on m.id = path.id where m.parent_id is not null
    )
    update messages set off_branch = case when coalesce(reply_to, id) in (select id from path where id is not null) then 0 else 1 end
    where tenant_id = ${session.tenant} and session_id = ${session.id}
  `.execute(trx)
  await recountMedia(trx, [session])
}

/** Where a new message of a person stands; it is the newest of its version from then on. Null where there are no versions. */
export async function takeParent(trx: DatabaseTransaction, session: SessionKey, messageId: string): Promise<string | null> {
  const { branched, head_id } = await trx.selectFrom('sessions').select(['branched', 'head_id'])
    .where('tenant_id', '=', session.tenant).where('id', '=', session.id)
    .executeTakeFirstOrThrow()
  if (branched)
    await trx.updateTable('sessions').set({ head_id: messageId })
      .where('tenant_id', '=', session.tenant).where('id', '=', session.id)
      .execute()
  return head_id
}

/** Must run inside the transaction that deletes a message which waits: what followed on it follows on the one before. */
export async function closeGap(trx: DatabaseTransaction, session: SessionKey, { id, parent_id }: Node) {
  await trx.updateTable('messages').set({ parent_id })
    .where('tenant_id', '=', session.tenant).where('session_id', '=', session.id).where('parent_id', '=', id)
    .execute()
  await trx.updateTable('sessions').set({ head_id: parent_id })
    .where('tenant_id', '=', session.tenant).where('id', '=', session.id).where('head_id', '=', id)
    .execute()
}

/** With what the agent goes on when it is asked this: what it had said last in the same version. */
export async function tokenBefore(database: Database, { tenant_id, session_id, parent_id }: MessageRow): Promise<string | undefined> {
  const session = await database.selectFrom('sessions').select(['branched', 'agent_session_id'])
    .where('tenant_id', '=', tenant_id).where('id', '=', session_id)
    .executeTakeFirst()
  if (!session?.branched)
    return session?.agent_session_id ?? undefined
  for (let id = parent_id; id !== null;) {
    const answer = await database.selectFrom('messages').select('agent_token')
      .where(unindexed(database, 'tenant_id'), '=', tenant_id).where('session_id', '=', session_id).where('reply_to', '=', id).where('agent_token', 'is not', null)
      .orderBy('sequence', 'desc')
      .executeTakeFirst()
    if (answer?.agent_token)
      return answer.agent_token
    const before = await database.selectFrom('messages').select('parent_id').where('id', '=', id).executeTakeFirst()
    id = before?.parent_id ?? null
  }
  return undefined
}

/** Where each of a page's messages stands among its versions. */
export async function readBranches(db: Database | DatabaseTransaction, rows: readonly MessageRow[]): Promise<(row: MessageRow) => MessageBranch> {
  const trees = new Map<string, Node[]>()
  for (const { tenant_id, session_id } of new Map(rows.map(row => [`${row.tenant_id} ${row.session_id}`, row])).values()) {
    const session = await db.selectFrom('sessions').select('branched').where('tenant_id', '=', tenant_id).where('id', '=', session_id).executeTakeFirst()
    if (session?.branched)
      trees.set(`${tenant_id} ${session_id}`, await readNodes(db, { tenant: tenant_id, id: session_id }))
  }
  return (row) => {
    const nodes = row.role === 'user' ? trees.get(`${row.tenant_id} ${row.session_id}`) : undefined
    return nodes ? branchOf(row, nodes) : ALONE
  }
}

function branchOf({ id, parent_id }: MessageRow, nodes: readonly Node[]): MessageBranch {
  const versions = nodes.filter(node => node.parent_id === parent_id)
  const place = versions.findIndex(node => node.id === id)
  return { index: place + 1, count: versions.length, previousId: versions[place - 1]?.id ?? null, nextId: versions[place + 1]?.id ?? null }
}
