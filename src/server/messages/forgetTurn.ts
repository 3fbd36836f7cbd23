import type { Agent } from '../agents/agent.ts'
import type { SessionKey } from '../identity/sessionKey.ts'
import type { DatabaseTransaction } from '../storage/database/database.ts'

/**
 * Removes what the agent recorded behind everything that it may still go on from: a record only grows, so what is before
 * that may be needed, and what is behind it is not. Must run inside the transaction that takes the tokens away.
 * @returns where bytes are that may have lost their last reference
 */
export async function forgetRecord(trx: DatabaseTransaction, { tenant, id }: SessionKey, agent: Agent): Promise<string[]> {
  const tokens = (await trx.selectFrom('messages').select('agent_token').where('tenant_id', '=', tenant).where('session_id', '=', id).where('agent_token', 'is not', null).execute())
    .flatMap(({ agent_token }) => agent_token ?? [])
  const entries = tokens.map(token => agent.lastEntryOf?.(token))
  if (entries.includes(undefined))
    return [] // it goes on from the end of a record
  const known = entries.flatMap(entry => entry ?? [])
  const last = known.length
    ? await trx.selectFrom('transcript_entries').select(({ fn }) => fn.max('position').as('position'))
      .where('tenant_id', '=', tenant).where('session_id', '=', id).where('uuid', 'in', known)
      .executeTakeFirst()
    : { position: -1 }
  if (last?.position === null || last?.position === undefined)
    return []
  await trx.deleteFrom('transcript_entries').where('tenant_id', '=', tenant).where('session_id', '=', id).where('position', '>', Number(last.position)).execute()
  return forgetBytes(trx, { tenant, id })
}

/** Those that no entry names any more. */
async function forgetBytes(trx: DatabaseTransaction, { tenant, id }: SessionKey): Promise<string[]> {
  const rows = await trx.selectFrom('transcript_entries').select('blobs').where('tenant_id', '=', tenant).where('session_id', '=', id).where('blobs', 'is not', null).execute()
  const named = new Set(rows.flatMap(({ blobs }) => (JSON.parse(blobs ?? '[]') as [unknown, string][]).map(([, sha256]) => sha256)))
  const kept = await trx.selectFrom('transcript_blobs').select(['sha256', 'storage_path']).where('tenant_id', '=', tenant).where('session_id', '=', id).execute()
  const gone = kept.filter(({ sha256 }) => !named.has(sha256))
  if (gone.length)
    await trx.deleteFrom('transcript_blobs').where('tenant_id', '=', tenant).where('session_id', '=', id).where('sha256', 'in', gone.map(({ sha256 }) => sha256)).execute()
  return gone.map(({ storage_path }) => storage_path)
}
