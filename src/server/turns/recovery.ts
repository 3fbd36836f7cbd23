import { problem } from '../problems.ts'
import { deleteUnreferenced } from '../storage/blobReferences.ts'
import type { BlobStore } from '../storage/blobStore.ts'
import type { Database } from '../storage/database.ts'
import { recountMedia } from '../storage/mediaCount.ts'
import type { Turns } from './turns.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const KEYS_AT_ONCE = 500

/** Turns that a crash cut off have failed, and say so. What they had said is kept. */
export async function settleInterrupted(database: Database) {
  const reason = problem(503, 'interrupted', 'The server was restarted while the agent was answering. Send the message again to get a whole answer.')
  await database.transaction().execute(async (trx) => {
    await trx.updateTable('messages').set({ status: 'failed', problem: JSON.stringify(reason) })
      .where('status', '=', 'running').where('role', '=', 'assistant')
      .execute()
    const asked = await trx.updateTable('messages').set({ status: 'failed' })
      .where('status', '=', 'running').where('role', '=', 'user')
      .returning(['tenant_id', 'session_id'])
      .execute()
    await recountMedia(trx, asked.map(({ tenant_id, session_id }) => ({ tenant: tenant_id, id: session_id })))
  })
}

/** Accepted is a promise: what was not asked before the crash is asked now. */
export async function resumeAccepted(database: Database, turns: Turns) {
  const waiting = await database.selectFrom('messages').select(['id', 'tenant_id', 'session_id'])
    .where('status', '=', 'accepted').where('role', '=', 'user')
    .orderBy('tenant_id').orderBy('session_id').orderBy('sequence')
    .execute()
  for (const { id, tenant_id, session_id } of waiting)
    turns.enqueue({ tenant: tenant_id, id: session_id }, id)
}

/** Removes bytes whose rows were never written. A day's grace, so that no send under way is ever touched. */
export async function sweepBlobs(database: Database, blobs: BlobStore) {
  const old: string[] = []
  for await (const key of blobs.listOlderThan(Date.now() - DAY_MS)) {
    if (old.push(key) === KEYS_AT_ONCE)
      await deleteUnreferenced(database, blobs, old.splice(0))
  }
  await deleteUnreferenced(database, blobs, old)
  await blobs.removeUnfinished(Date.now() - DAY_MS)
}
