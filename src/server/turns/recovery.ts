import { sql } from 'kysely'
import type { Message } from '../../shared/protocol/message.ts'
import type { KeyedQueue } from '../../shared/keyedQueue.ts'
import type { Agent } from '../agents/agent.ts'
import { keyText, type SessionKey } from '../identity/sessionKey.ts'
import type { Database } from '../storage/database/database.ts'
import { recountMedia } from '../storage/rows/mediaCount.ts'
import { toMessages } from '../storage/rows/messageRows.ts'
import { saveAllParts } from '../storage/rows/partRows.ts'
import { endParts } from './endParts.ts'
import { interrupted } from './interrupted.ts'
import type { Turns } from './turns.ts'

/** As the index says it: with parameters it would not be used, and every start would read every message. */
const isUnfinished = sql<boolean>`status in ('accepted', 'running')`

/** What was added to a turn goes on with it. */
const isAsked = sql<boolean>`(status = 'accepted' or steered_into is null)`

/** Turns that a crash cut off have failed, and say so, where the agent cannot go on with them. What they had said is kept. @returns the answers that failed */
export function failInterrupted(database: Database, session?: SessionKey): Promise<Message[]> {
  const ofSession = session ? sql<boolean>`tenant_id = ${session.tenant} and session_id = ${session.id}` : sql<boolean>`1 = 1`
  return database.transaction().execute(async (trx) => {
    const cut = await trx.selectFrom('messages').selectAll().where(isUnfinished).where(ofSession).where('status', '=', 'running').where('role', '=', 'assistant').execute()
    for (const message of await toMessages(trx, cut))
      await saveAllParts(trx, message.id, endParts(message, { status: 'failed', problem: interrupted() }).parts)
    const failed = await trx.updateTable('messages').set({ status: 'failed', problem: JSON.stringify(interrupted()) })
      .where(isUnfinished).where(ofSession).where('status', '=', 'running').where('role', '=', 'assistant')
      .returningAll()
      .execute()
    const asked = await trx.updateTable('messages').set({ status: 'failed' })
      .where(isUnfinished).where(ofSession).where('status', '=', 'running').where('role', '=', 'user')
      .returning(['tenant_id', 'session_id'])
      .execute()
    await recountMedia(trx, asked.map(({ tenant_id, session_id }) => ({ tenant: tenant_id, id: session_id })))
    return toMessages(trx, failed)
  })
}

/** What waits in one session, and was cut off in it, in its order. */
export async function findUnfinished(database: Database, { tenant, id }: SessionKey): Promise<string[]> {
  const rows = await database.selectFrom('messages').select('id')
    .where(isUnfinished).where('role', '=', 'user').where(isAsked)
    .where('tenant_id', '=', tenant).where('session_id', '=', id)
    .orderBy('sequence')
    .execute()
  return rows.map(message => message.id)
}

/**
 * Accepted is a promise: what was not asked before the crash is asked now, and what was cut off goes on. To be called
 * before anybody is listened to: each session's turn to write is taken here, so that nothing overtakes what waits, and
 * who deletes the session finds it waiting.
 * @returns what lets it go on; until then nobody else writes into these sessions
 */
async function holdUnfinished(database: Database, turns: Turns, writes: KeyedQueue): Promise<() => void> {
  const waiting = await database.selectFrom('messages').select(['id', 'tenant_id', 'session_id'])
    .where(isUnfinished).where('role', '=', 'user')
    .where(isAsked)
    .orderBy('tenant_id').orderBy('session_id').orderBy('sequence')
    .execute()
  let resume = () => {}
  const resumed = new Promise<void>((resolve) => { resume = resolve })
  for (const { id, tenant_id, session_id } of waiting) {
    const session = { tenant: tenant_id, id: session_id }
    writes.run(keyText(session), async () => {
      await resumed
      turns.enqueue(session, id)
    }).catch(() => undefined) // nothing in it rejects
  }
  return resume
}

/** At the start of a server that is the only one. @returns what lets it go on, as `holdUnfinished` */
export async function recoverAll({ database, agent, turns, writes }: { database: Database, agent: Agent, turns: Turns, writes: KeyedQueue }): Promise<() => void> {
  if (!agent.resumes)
    await failInterrupted(database)
  return holdUnfinished(database, turns, writes)
}
