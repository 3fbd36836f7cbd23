import type { Events } from './events.ts'
import type { KeyedQueue } from './keyedQueue.ts'
import { noSuchSession } from './sessions.ts'
import type { BlobStore } from './storage/blobStore.ts'
import { TENANT, type Database } from './storage/database.ts'
import type { Workspaces } from './storage/workspace.ts'
import type { Turns } from './turns/turns.ts'

/** Removes a session with everything in it. A running turn is stopped first; a message on its way waits and then begins anew. */
export async function removeSession(sessionId: string, { database, blobs, workspaces, turns, events, writes }: {
  database: Database
  blobs: BlobStore
  workspaces: Workspaces
  turns: Turns
  events: Events
  writes: KeyedQueue
}) {
  await writes.run(sessionId, async () => {
    await turns.drop(sessionId)
    const attachments = await database.selectFrom('attachments').select('storage_path')
      .where('tenant_id', '=', TENANT).where('session_id', '=', sessionId)
      .execute()
    // Rows first: bytes that a crash leaves over are swept later, rows without bytes would be a broken history.
    const { numDeletedRows } = await database.deleteFrom('sessions')
      .where('tenant_id', '=', TENANT).where('id', '=', sessionId)
      .executeTakeFirst()
    if (numDeletedRows === 0n)
      throw noSuchSession()
    for (const { storage_path } of attachments)
      await blobs.delete(storage_path)
    await workspaces.remove(sessionId)
    events.emit({ type: 'session_deleted', session_id: sessionId })
  })
}
