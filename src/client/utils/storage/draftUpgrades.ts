import type { IDBPDatabase, IDBPTransaction, StoreNames } from 'idb'
import { DEFAULT_PROJECT } from '../../../shared/defaults.ts'
import type { DraftMessage, DraftRevision, Drafts } from './draftSchema.ts'

/* How older databases of the browser become the newest. */

type Upgrade = IDBPTransaction<Drafts, StoreNames<Drafts>[], 'versionchange'>

type Database = IDBPDatabase<Drafts>

/** Each step leads to the next version, the first one to 1. Append; never edit. */
const STEPS: ((db: Database, tx: Upgrade) => unknown)[] = [
  db => db.createObjectStore('draftMessages'),
  db => db.createObjectStore('draftSessions'),
  db => db.createObjectStore('draftMedias', { keyPath: 'id' }).createIndex('sessionId', 'sessionId'),
  db => db.createObjectStore('draftThumbnails', { keyPath: 'id' }).createIndex('sessionId', 'sessionId'),
  prepareOutbox,
  db => db.createObjectStore('answers', { keyPath: 'id' }).createIndex('sessionId', 'sessionId'),
  db => db.createObjectStore('intake', { keyPath: 'id' }).createIndex('sessionId', 'sessionId'),
  (_db, tx) => renameConflictingTexts(tx),
  prepareLock,
]

export const VERSION = STEPS.length

/** Each step runs once, in order, for every browser that is behind it. */
export async function upgrade(db: Database, from: number, _to: number | null, tx: Upgrade): Promise<void> {
  for (const step of STEPS.slice(from))
    await step(db, tx)
}

async function prepareOutbox(db: Database, tx: Upgrade) {
  db.createObjectStore('draftRevisions')
  db.createObjectStore('outbox', { keyPath: 'id' }).createIndex('position', 'position')
  db.createObjectStore('leases')
  await moveSendingToOutbox(tx)
}

/** Up to version 8 nothing could be sealed. */
function prepareLock(db: Database, tx: Upgrade) {
  db.createObjectStore('lock')
  for (const name of ['draftMessages', 'draftSessions', 'draftMedias', 'draftThumbnails', 'draftRevisions', 'outbox', 'answers', 'intake'] as const)
    tx.objectStore(name).createIndex('sealed', 'sealed')
}

/** Up to version 4 a draft stayed where it was while it was being sent, marked with the message's id. */
async function moveSendingToOutbox(tx: Upgrade) {
  const messages = tx.objectStore('draftMessages')
  const sessions = tx.objectStore('draftSessions')
  let position = 0
  for (let cursor = await messages.openCursor(); cursor; cursor = await cursor.continue()) {
    const { messageId: id, ...draft } = cursor.value as DraftMessage & { messageId?: string }
    if (!id)
      continue
    const { message: text = '', mediaIds = [], ...rest } = draft
    const sessionId = cursor.key
    const projectId = (await sessions.get(sessionId))?.projectId ?? DEFAULT_PROJECT
    await tx.objectStore('outbox').put({ id, sessionId, projectId, text, mediaIds, createdAt: Date.now(), position: ++position })
    await cursor.update(rest)
  }
}

/** Up to version 7 conflicting texts were called `apart`. */
async function renameConflictingTexts(tx: Upgrade) {
  for (let cursor = await tx.objectStore('draftRevisions').openCursor(); cursor; cursor = await cursor.continue()) {
    const { apart, ...revision } = cursor.value as DraftRevision & { apart?: Record<string, string> }
    if (apart)
      await cursor.update({ ...revision, conflicting: apart })
  }
}
