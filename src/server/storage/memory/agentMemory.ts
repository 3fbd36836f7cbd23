import { createHash } from 'node:crypto'
import type { AgentMemory, MemoryEntry, MemoryKey } from '../../agents/agent.ts'
import type { Saving } from '../../queues/saving.ts'
import type { SessionKey } from '../../identity/sessionKey.ts'
import { newBlobKey, type BlobStore } from '../blobs/blobStore.ts'
import type { Database, DatabaseTransaction } from '../database/database.ts'
import { findBytes, placeOfBytes } from '../rows/blobReferences.ts'
import { putBack, takeOut, type Path } from './largeTexts.ts'

/** Where in an entry which bytes belong. */
type Reference = [path: Path, sha256: string]

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** What an agent keeps of one session: entries as rows, their large base64 texts as bytes in the blob store. */
export function openAgentMemory({ database, blobs, saving }: { database: Database, blobs: BlobStore, saving: Pick<Saving, 'keepTryingForAgent'> }, { tenant, id }: SessionKey): AgentMemory {
  const session = { tenant_id: tenant, session_id: id }

  const rowsOf = (key: MemoryKey) => database.selectFrom('transcript_entries').select(['body', 'blobs'])
    .where('tenant_id', '=', tenant).where('session_id', '=', id)
    .where('agent_session_id', '=', key.sessionId).where('subpath', '=', key.subpath ?? '')
    .orderBy('position')

  async function toRow(key: MemoryKey, entry: MemoryEntry) {
    const { value, taken } = takeOut(entry)
    const references: Reference[] = []
    for (const { path, bytes } of taken)
      references.push([path, await keepBytes(bytes)])
    return {
      ...session,
      agent_session_id: key.sessionId,
      subpath: key.subpath ?? '',
      uuid: entry.uuid ?? null,
      body: JSON.stringify(value),
      blobs: references.length ? JSON.stringify(references) : null,
    }
  }

  /** Bytes that the tenant has already, as an attachment or in another session, are not put again. */
  async function keepBytes(bytes: Buffer): Promise<string> {
    const sha256 = sha256Of(bytes)
    if (await database.transaction().execute(trx => refer(trx, sha256)))
      return sha256
    const key = newBlobKey(tenant)
    await blobs.put(key, bytes)
    const place = await database.transaction().execute(trx => refer(trx, sha256, key))
    if (place !== key)
      await blobs.delete(key)
    return sha256
  }

  async function refer(trx: DatabaseTransaction, sha256: string, put?: string): Promise<string | undefined> {
    const place = put === undefined ? await findBytes(trx, tenant, sha256) : await placeOfBytes(trx, tenant, { sha256, storagePath: put })
    if (place !== undefined)
      await trx.insertInto('transcript_blobs').values({ ...session, sha256, storage_path: place }).onConflict(conflict => conflict.doNothing()).execute()
    return place
  }

  async function readBytes(sha256: string): Promise<string> {
    const { storage_path } = await database.selectFrom('transcript_blobs').select('storage_path')
      .where('tenant_id', '=', tenant).where('session_id', '=', id).where('sha256', '=', sha256)
      .executeTakeFirstOrThrow()
    return (await blobs.read(storage_path)).toString('base64')
  }

  async function toEntry({ body, blobs: references }: { body: string, blobs: string | null }): Promise<MemoryEntry> {
    const entry = JSON.parse(body) as MemoryEntry
    for (const [path, sha256] of JSON.parse(references ?? '[]') as Reference[])
      putBack(entry, path, await readBytes(sha256))
    return entry
  }

  return {
    async append(key, entries) {
      const rows: Awaited<ReturnType<typeof toRow>>[] = []
      for (const entry of entries)
        rows.push(await toRow(key, entry))
      await saving.keepTryingForAgent(() => database.transaction().execute(async (trx) => {
        for (const row of rows) {
          await trx.insertInto('transcript_entries').values(row)
            .onConflict(conflict => conflict.columns(['tenant_id', 'session_id', 'agent_session_id', 'subpath', 'uuid']).doUpdateSet({ body: row.body, blobs: row.blobs }))
            .execute()
        }
      }))
    },

    async load(key) {
      const rows = await rowsOf(key).execute()
      const entries: MemoryEntry[] = []
      for (const row of rows)
        entries.push(await toEntry(row))
      return entries.length ? entries : null
    },

    async listSubkeys({ sessionId }) {
      const rows = await database.selectFrom('transcript_entries').select('subpath').distinct()
        .where('tenant_id', '=', tenant).where('session_id', '=', id)
        .where('agent_session_id', '=', sessionId).where('subpath', '<>', '')
        .execute()
      return rows.map(({ subpath }) => subpath)
    },

    /** With those below it, unless it is one of them. */
    async delete({ sessionId, subpath }) {
      const all = database.deleteFrom('transcript_entries')
        .where('tenant_id', '=', tenant).where('session_id', '=', id).where('agent_session_id', '=', sessionId)
      await (subpath === undefined ? all : all.where('subpath', '=', subpath)).execute()
    },
  }
}
